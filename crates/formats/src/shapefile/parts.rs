//! The files of a Shapefile: beside one another, or in a ZIP archive.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read as _},
    path::{Path, PathBuf},
};

use zip::ZipArchive;

use super::{io_error, malformed};
use crate::{
    FormatError, Place,
    input::{INFLATION_FREE, INFLATION_RATIO, Input},
};

/// Texts beside the data are short.
const MAX_TEXT_BYTES: u64 = 64 * 1024;
/// Larger archives are something else.
const MAX_MEMBERS: usize = 10_000;

/// Where the parts are.
#[derive(Clone, Debug)]
pub(super) enum Parts {
    /// Paths.
    Beside(Names<PathBuf>),
    /// Names in the archive.
    Zipped(Names<String>),
}

/// The parts of one Shapefile.
#[derive(Clone, Debug)]
pub(super) struct Names<T> {
    name: String,
    shp: T,
    dbf: T,
    prj: Option<T>,
    cpg: Option<T>,
}

impl Parts {
    /// Finds what belongs to the file. Of several in one archive, `layer` names the one.
    pub(super) fn find(input: &Input, layer: Option<&str>) -> Result<Self, FormatError> {
        if input.head()?.starts_with(b"PK") {
            return zipped(input, layer).map(Self::Zipped);
        }
        let siblings = siblings(&input.path)?;
        let part = |extension: &str| beside(&siblings, &input.path, extension);
        let dbf = part("dbf").ok_or_else(|| no_table(input))?;
        let (prj, cpg) = (part("prj"), part("cpg"));
        Ok(Self::Beside(Names { name: input.name.clone(), shp: input.path.clone(), dbf, prj, cpg }))
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Beside(names) => &names.name,
            Self::Zipped(names) => &names.name,
        }
    }

    /// The text of the `.prj` file.
    pub(super) fn prj(&self, input: &Input) -> Result<Option<String>, FormatError> {
        match self {
            Self::Beside(names) => names.prj.as_deref().map(text_of).transpose(),
            Self::Zipped(names) => names.prj.as_deref().map(|name| zipped_text(input, name)).transpose(),
        }
    }

    /// The text of the `.cpg` file.
    pub(super) fn cpg(&self, input: &Input) -> Result<Option<String>, FormatError> {
        match self {
            Self::Beside(names) => names.cpg.as_deref().map(text_of).transpose(),
            Self::Zipped(names) => names.cpg.as_deref().map(|name| zipped_text(input, name)).transpose(),
        }
    }

    /// Opens both main files at their start.
    pub(super) fn with_streams<T, E: From<FormatError>>(
        &self,
        input: &Input,
        work: impl FnOnce(&mut dyn BufRead, &mut dyn BufRead) -> Result<T, E>,
    ) -> Result<T, E> {
        match self {
            Self::Beside(names) => work(&mut file(&names.shp)?, &mut file(&names.dbf)?),
            Self::Zipped(names) => {
                let (mut shapes, mut rows) = (archive(input)?, archive(input)?);
                work(&mut member(&mut shapes, &names.shp)?, &mut member(&mut rows, &names.dbf)?)
            }
        }
    }
}

/// The files of the folder that a file lies in.
fn siblings(path: &Path) -> Result<Vec<PathBuf>, FormatError> {
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    std::fs::read_dir(directory)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
        .map_err(|source| FormatError::Io { path: directory.to_owned(), source })
}

/// The file of the same name with another extension.
fn beside(siblings: &[PathBuf], path: &Path, extension: &str) -> Option<PathBuf> {
    let belongs =
        |other: &&PathBuf| other.file_stem() == path.file_stem() && extension_of(other).eq_ignore_ascii_case(extension);
    siblings.iter().find(belongs).cloned()
}

/// The other files of a Shapefile whose parts lie beside one another, each with its extension, in a fixed order; none
/// of any other file. The index is one of them, though it is not read.
pub(crate) fn companions(path: &Path) -> Result<Vec<(&'static str, PathBuf)>, FormatError> {
    if !extension_of(path).eq_ignore_ascii_case("shp") {
        return Ok(Vec::new());
    }
    let siblings = siblings(path)?;
    let found = ["dbf", "shx", "prj", "cpg"].map(|extension| Some((extension, beside(&siblings, path, extension)?)));
    Ok(found.into_iter().flatten().collect())
}

fn no_table(input: &Input) -> FormatError {
    let reason = "a Shapefile has its table in a .dbf file of the same name, and there is none".to_owned();
    FormatError::Unknown { path: input.path.clone(), reason }
}

fn extension_of(path: &Path) -> String {
    path.extension().map(|extension| extension.to_string_lossy().into_owned()).unwrap_or_default()
}

fn file(path: &Path) -> Result<BufReader<File>, FormatError> {
    File::open(path).map(BufReader::new).map_err(|source| FormatError::Io { path: path.to_owned(), source })
}

fn text_of(path: &Path) -> Result<String, FormatError> {
    let mut bytes = Vec::new();
    let read = file(path)?.take(MAX_TEXT_BYTES).read_to_end(&mut bytes);
    read.map_err(|source| FormatError::Io { path: path.to_owned(), source })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

type Archive = ZipArchive<BufReader<File>>;

fn archive(input: &Input) -> Result<Archive, FormatError> {
    ZipArchive::new(file(&input.path)?).map_err(|error| malformed(Place::Unknown, error))
}

/// A file of the archive as a stream; refuses what expands beyond all measure.
fn member<'a>(archive: &'a mut Archive, name: &str) -> Result<impl BufRead + use<'a>, FormatError> {
    let member = archive.by_name(name).map_err(|error| malformed(Place::Unknown, format!("{name}: {error}")))?;
    let limit = INFLATION_FREE + member.compressed_size().saturating_mul(INFLATION_RATIO);
    if member.size() > limit {
        return Err(FormatError::TooLarge { what: "a file of the archive", limit });
    }
    let bytes = member.size();
    Ok(BufReader::new(member.take(bytes)))
}

fn zipped_text(input: &Input, name: &str) -> Result<String, FormatError> {
    let mut bytes = Vec::new();
    let mut archive = archive(input)?;
    let read = member(&mut archive, name)?.take(MAX_TEXT_BYTES).read_to_end(&mut bytes);
    read.map_err(io_error(Place::Unknown))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn zipped(input: &Input, layer: Option<&str>) -> Result<Names<String>, FormatError> {
    let archive = archive(input)?;
    if archive.len() > MAX_MEMBERS {
        return Err(malformed(
            Place::Unknown,
            format!("{} files in the archive; a Shapefile has up to ten", archive.len()),
        ));
    }
    let members: Vec<String> = archive
        .file_names()
        .map(|name| name.map(std::borrow::Cow::into_owned))
        .collect::<Result<_, _>>()
        .map_err(|error| malformed(Place::Unknown, error))?;
    // A Mac puts copies of its own beside the files.
    let stems: Vec<&str> =
        members.iter().filter(|name| !name.starts_with("__MACOSX/")).filter_map(|name| stem(name, "shp")).collect();
    let mut available: Vec<String> = stems.iter().map(|stem| layer_name(stem)).collect();
    available.sort();
    let wanted: Vec<&str> =
        stems.iter().copied().filter(|stem| layer.is_none_or(|layer| layer_name(stem) == layer)).collect();
    let chosen = match (wanted.as_slice(), layer) {
        ([one], _) => *one,
        ([], None) => {
            let reason = "it is a ZIP archive without a Shapefile; unpack it and import the files it holds".to_owned();
            return Err(FormatError::Unknown { path: input.path.clone(), reason });
        }
        ([], Some(layer)) => {
            return Err(FormatError::Layer { reason: format!("there is no \"{layer}\""), available });
        }
        _ => {
            let reason = "there are several Shapefiles; one must be named".to_owned();
            return Err(FormatError::Layer { reason, available });
        }
    };
    let part = |extension: &str| members.iter().find(|name| stem(name, extension) == Some(chosen)).cloned();
    Ok(Names {
        name: layer_name(chosen),
        shp: part("shp").ok_or_else(|| no_table(input))?,
        dbf: part("dbf").ok_or_else(|| no_table(input))?,
        prj: part("prj"),
        cpg: part("cpg"),
    })
}

/// The name before this extension, whatever its case.
fn stem<'n>(name: &'n str, extension: &str) -> Option<&'n str> {
    name.rsplit_once('.').filter(|(_, found)| found.eq_ignore_ascii_case(extension)).map(|(stem, _)| stem)
}

/// Without the folders of the archive.
fn layer_name(stem: &str) -> String {
    stem.rsplit('/').next().unwrap_or(stem).to_owned()
}

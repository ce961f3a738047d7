//! Pictures on their way in and out: a file becomes a record and what is kept of it, and is read from the store for who
//! may see it.

use std::sync::Arc;

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use cadastre::{
    Ags, Picture, Problem, Viewer,
    codes::PictureSubject,
    picture::{MAX_BYTES, Origin, Size},
    raw::RawRow,
};
use store::PictureFile;

use crate::{app::App, error::Error, etag, store_error, validated::Terms};

/// Nothing in a picture runs, also where somebody opens it alone (CSP 3, `sandbox`): then browsers put it into a page of
/// their own, with a style in it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// What a new picture is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureOf {
    /// Public id of the picture; random unless it must be the same each time, as in example data.
    pub picture_id: String,
    /// Municipality.
    pub ags: Ags,
    /// Kind of the subject.
    pub subject: PictureSubject,
    /// Id of the site or building.
    pub subject_id: String,
    /// Where it goes among the others if the row does not say.
    pub position: i64,
}

/// Makes of a file and what was said of it a record and the files that are kept. Problems of the file are those of the
/// field `file`; all are named at once. Takes CPU: not for threads that serve connections.
pub fn new_picture(file: &[u8], row: &RawRow, of: PictureOf) -> Result<(Picture, Vec<PictureFile>), Vec<Problem>> {
    let PictureOf { picture_id, ags, subject, subject_id, position } = of;
    let origin = |size, sha256| Origin { picture_id, ags, subject, subject_id, size, sha256 };
    let refused = |reason: String| Problem::new("file", reason);
    let forms = match file.len() {
        0..=MAX_BYTES => formats::picture::read(file).map_err(|error| refused(error.to_string())),
        bytes => Err(refused(format!("must not be larger than {MAX_BYTES} bytes, got {bytes}"))),
    };
    match forms {
        Err(problem) => {
            let nothing = origin(Size { width: 0, height: 0 }, String::new());
            let others = Picture::new(row, nothing, position).err().unwrap_or_default();
            Err(std::iter::once(problem).chain(others).collect())
        }
        Ok(forms) => {
            let picture = Picture::new(row, origin(forms.size, forms.sha256), position)?;
            let file = |form: formats::picture::Form| PictureFile {
                picture_id: picture.picture_id.clone(),
                size: form.size,
                bytes: form.bytes,
            };
            let files = forms.forms.into_iter().map(file).collect();
            Ok((picture, files))
        }
    }
}

/// Path of the form of a picture that is so many pixels wide, as everybody may ask for it.
pub(crate) fn public_path(picture: &Picture, width: u32) -> String {
    format!("/bild/{}/{width}.jpg", picture.picture_id)
}

/// One form of a picture, for who may see it. `file` is its name, such as `800.jpg`.
///
/// Unknown, withheld, not released and ended are one answer. Its tag is that of the bytes, which never change under one
/// id: what is known is not read again.
pub(crate) async fn serve(
    app: &App,
    viewer: &Viewer,
    picture_id: &str,
    file: &str,
    headers: &HeaderMap,
) -> Result<Response, Error> {
    app.require_fresh()?;
    let width = width(file).ok_or(Error::NotFound)?;
    let quoted = {
        let snapshot = app.snapshot();
        let pictured = snapshot.picture(picture_id, viewer).ok_or(Error::NotFound)?;
        let picture = pictured.view.record();
        let is_kept = picture.size.kept().iter().any(|size| size.width == width);
        is_kept.then(|| tag(picture, width)).ok_or(Error::NotFound)?
    };
    let mut response = if etag::is_not_modified(headers, &quoted) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let bytes = bytes(app, picture_id, width).await?;
        Bytes::from(bytes.ok_or(Error::NotFound)?).into_response()
    };
    Terms::for_viewer("image/jpeg", viewer).put(&mut response, &quoted);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(response)
}

/// Bytes of one form of a picture; `None` if it has ended since the snapshot was taken.
pub(crate) async fn bytes(app: &App, picture_id: &str, width: u32) -> Result<Option<Vec<u8>>, Error> {
    let _turn = Arc::clone(app.picture_reads()).acquire_owned().await.map_err(Error::internal)?;
    app.store().picture_file(picture_id, width).await.map_err(store_error)
}

fn tag(picture: &Picture, width: u32) -> String {
    let content: String = picture.sha256.chars().take(24).collect();
    format!("\"{content}-{width}\"")
}

/// `800.jpg` → 800.
fn width(file: &str) -> Option<u32> {
    let digits = file.strip_suffix(".jpg")?;
    let is_plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    if is_plain { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use cadastre::{Ags, Value, codes::PictureSubject, raw::RawRow};

    use super::{PictureOf, new_picture, width};

    fn check(file: &str, expected: Option<u32>) {
        assert_eq!(width(file), expected, "{file}");
    }

    #[test]
    fn a_file_has_one_name() {
        check("800.jpg", Some(800));
        check("0800.jpg", None);
        check("+800.jpg", None);
        check("800.jpeg", None);
        check("800", None);
        check(".jpg", None);
        check("99999999999.jpg", None);
    }

    #[test]
    fn what_is_wrong_with_the_file_and_with_its_fields_is_said_at_once() {
        let fields = vec![("alt".into(), Value::text("Ein Haus")), ("licence".into(), Value::text("mine"))];
        let row = RawRow { row: 1, id: None, fields, geometry: None };
        let of = PictureOf {
            picture_id: "p".into(),
            ags: Ags::parse("14522310").unwrap(),
            subject: PictureSubject::Site,
            subject_id: "s".into(),
            position: 1,
        };
        let problems = new_picture(b"no picture", &row, of).unwrap_err();
        let named: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(named, ["file", "author", "licence"]);
    }
}

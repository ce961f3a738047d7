//! Sample files of the project.

use std::path::PathBuf;

/// ALKIS extract of Hamburg-Neuwerk (NAS, EPSG:25832).
pub const NEUWERK: &str = "neuwerk_nas.xml.gz";
/// Ten parcels of Erfurt ("ALKIS vereinfacht", latitude before longitude).
pub const ERFURT: &str = "erfurt_alkis_vereinfacht.gml";

/// Municipality of Neuwerk: Hamburg.
pub const HAMBURG_AGS: &str = "02000000";
/// Municipality of Erfurt.
pub const ERFURT_AGS: &str = "16051000";

/// Path of a sample.
pub fn path(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../data/samples").join(name);
    assert!(path.is_file(), "{} is missing", path.display());
    path.to_str().unwrap().to_owned()
}

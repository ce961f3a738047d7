//! The bytes of pictures: in a table of their own, written and erased with the record, and in no history.

use cadastre::{
    Key, Kind, Problem,
    codes::{CodeList as _, PictureSubject},
    picture::{MOST, Size},
};

use crate::{
    Store, Unstorable,
    error::{CommitError, StoreError},
    plan::Holds,
    session::{Cell, DatabaseError, Param, Session, integer, text},
    sql::Dialect,
};

/// Name of the table.
pub(crate) const TABLE: &str = "picture_file";
/// Its columns with what they hold; the first is the one it is read by.
pub(crate) const COLUMNS: [(&str, Holds); 4] =
    [("fid", Holds::Integer), ("picture_id", Holds::Text), ("width", Holds::Integer), ("bytes", Holds::Bytes)];

/// One form of a picture, on its way into the store with the picture's record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureFile {
    /// Id of the picture.
    pub picture_id: String,
    /// Size of this form.
    pub size: Size,
    /// JPEG file.
    pub bytes: Vec<u8>,
}

impl Store {
    /// The form of a picture that is so many pixels wide; `None` if there is none, or no such picture any more.
    pub async fn picture_file(&self, picture_id: &str, width: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let mut session = self.backend().read().await?;
        let sql = "SELECT bytes FROM picture_file WHERE picture_id = $1 AND width = $2";
        let params = vec![text(picture_id), integer(width.into())];
        let row = session.query_one(sql, params, &[Holds::Bytes]).await?;
        Ok(row.map(|mut row| row.bytes()).transpose()?)
    }
}

/// Brings the files in line with the records just written: adds those handed in, erases those of ended pictures.
pub(crate) async fn settle(session: &mut Session, files: Vec<PictureFile>) -> Result<(), CommitError> {
    for file in files {
        let sql = "INSERT INTO picture_file (picture_id, width, bytes) VALUES ($1, $2, $3)";
        let bytes: Param = (Holds::Bytes, Cell::Bytes(file.bytes.into()));
        let params = vec![text(file.picture_id), integer(file.size.width.into()), bytes];
        session.execute(sql, params).await?;
    }
    // Of a picture that ended nothing is left, as of one whose record never came.
    let sql = "DELETE FROM picture_file WHERE NOT EXISTS \
               (SELECT 1 FROM picture p WHERE p.picture_id = picture_file.picture_id)";
    session.execute(sql, Vec::new()).await?;
    refuse_more_than_most(session).await
}

/// The limit holds whoever writes at once: it is asked under the lock, of what has just been written.
async fn refuse_more_than_most(session: &mut Session) -> Result<(), CommitError> {
    let sql = format!(
        "SELECT max(picture_id), count(*) FROM picture GROUP BY subject, subject_id HAVING count(*) > {MOST} LIMIT 1"
    );
    let Some(mut row) = session.query_one(&sql, Vec::new(), &[Holds::Text, Holds::Integer]).await? else {
        return Ok(());
    };
    let key = Key::new(Kind::Picture, row.text()?);
    let problem = Problem::new("picture", format!("there may be {MOST} pictures of one site or building"));
    Err(CommitError::Unstorable { records: vec![Unstorable { key, problems: vec![problem] }] })
}

/// Stages the end of pictures whose site or vacancy record ends in this change: `stage` is that of pictures, `of` that
/// of their subjects.
pub(crate) async fn end_with(
    session: &mut Session,
    stage: &str,
    subject: PictureSubject,
    of: &str,
) -> Result<(), DatabaseError> {
    let sql = format!(
        "INSERT INTO {stage} (ending, key) SELECT 1, p.picture_id FROM picture p WHERE p.subject = $1 \
         AND EXISTS (SELECT 1 FROM {of} s WHERE s.ending = 1 AND s.key = p.subject_id) \
         AND NOT EXISTS (SELECT 1 FROM {stage} t WHERE t.key = p.picture_id)"
    );
    session.execute(&sql, vec![text(subject.code())]).await.map(|_rows| ())
}

/// SQLite leaves the bytes of what is deleted or replaced in the file, unless it is told to overwrite them.
pub(crate) async fn overwrite_deleted(session: &mut Session, yes: bool) -> Result<(), DatabaseError> {
    match (session.dialect(), yes) {
        (Dialect::GeoPackage, true) => session.script("PRAGMA secure_delete = ON").await,
        (Dialect::GeoPackage, false) => session.script("PRAGMA secure_delete = OFF").await,
        (Dialect::Postgis, _) => Ok(()),
    }
}

/// Pictures without the files that their size says, as `baulotse check` reports them.
pub(crate) async fn without_files(session: &mut Session) -> Result<Vec<(String, u32)>, StoreError> {
    let sql = "SELECT picture_id, width, height FROM picture ORDER BY picture_id";
    let holds = [Holds::Text, Holds::Integer, Holds::Integer];
    let mut missing = Vec::new();
    for mut row in session.query(sql, Vec::new(), &holds).await? {
        let id = row.text()?;
        let side = |pixels: i64| u32::try_from(pixels).unwrap_or_default();
        let size = Size { width: side(row.integer()?), height: side(row.integer()?) };
        for Size { width, .. } in size.kept() {
            let sql = "SELECT fid FROM picture_file WHERE picture_id = $1 AND width = $2";
            let params = vec![text(id.as_str()), integer(width.into())];
            if session.query_one(sql, params, &[Holds::Integer]).await?.is_none() {
                missing.push((id.clone(), width));
            }
        }
    }
    Ok(missing)
}

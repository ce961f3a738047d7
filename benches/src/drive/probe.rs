//! Asking once, looking closely: what a load run then takes for granted.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::Read as _,
};

use serde::Serialize;

use super::{Connection, DriveError, Endpoint, Request};

/// An answer, looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// `Content-Encoding`; empty: none.
    pub encoding: String,
    /// Bytes as they came.
    pub bytes: usize,
    /// Bytes once decoded.
    pub plain_bytes: usize,
    /// `numberReturned` of a feature collection, or as many features as there are where it says none.
    pub returned: Option<u64>,
    /// Hash of the decoded body.
    pub digest: u64,
    /// The body as it came.
    #[serde(skip)]
    pub body: Vec<u8>,
}

impl Answer {
    /// The body, decoded.
    pub fn plain(&self) -> Result<Vec<u8>, DriveError> {
        decode(&self.encoding, &self.body)
    }
}

/// Sends every request once, one after the other.
pub async fn probe(to: &Endpoint, requests: &[Request]) -> Result<Vec<Answer>, DriveError> {
    let mut connection = Connection::new(&to.authority);
    let mut answers = Vec::with_capacity(requests.len());
    for request in requests {
        let mut body = Vec::new();
        let head = connection.exchange(&request.bytes, Some(&mut body)).await?;
        let plain = decode(&head.encoding, &body)?;
        answers.push(Answer {
            status: head.status,
            bytes: body.len(),
            plain_bytes: plain.len(),
            returned: returned(&plain),
            digest: digest(&plain),
            encoding: head.encoding,
            body,
        });
    }
    Ok(answers)
}

/// Decodes all of a body; one that is not wholly what its encoding says is an error.
fn decode(encoding: &str, body: &[u8]) -> Result<Vec<u8>, DriveError> {
    match encoding {
        "" | "identity" => Ok(body.to_vec()),
        "gzip" => {
            let mut plain = Vec::new();
            // Clients read one member only, so what follows the first must be nothing.
            let mut decoder = flate2::bufread::GzDecoder::new(body);
            let failed = |source| DriveError::Io { context: "inflating an answer".into(), source };
            decoder.read_to_end(&mut plain).map_err(failed)?;
            match decoder.into_inner() {
                [] => Ok(plain),
                rest => Err(DriveError::Protocol(format!("{} bytes follow the gzip member", rest.len()))),
            }
        }
        other => Err(DriveError::Protocol(format!("the content encoding {other} was not asked for"))),
    }
}

fn returned(body: &[u8]) -> Option<u64> {
    #[derive(serde::Deserialize)]
    struct Collection {
        #[serde(rename = "numberReturned")]
        returned: Option<u64>,
        features: Option<Vec<serde::de::IgnoredAny>>,
    }
    let collection: Collection = serde_json::from_slice(body).ok()?;
    collection.returned.or_else(|| Some(collection.features?.len() as u64))
}

fn digest(body: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::{decode, returned};

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn features_are_counted_where_nothing_is_said() {
        assert_eq!(returned(br#"{"numberReturned":7,"features":[]}"#), Some(7));
        assert_eq!(returned(br#"{"features":[{"id":1},{"id":2}]}"#), Some(2));
        assert_eq!(returned(b"tile"), None);
    }

    #[test]
    fn one_whole_gzip_member_is_decoded_and_nothing_else() {
        assert_eq!(decode("gzip", &gzip("hello")).unwrap(), b"hello");
        assert_eq!(decode("", b"hello").unwrap(), b"hello");
        assert!(decode("gzip", &gzip("hello")[..12]).is_err());
        assert!(decode("gzip", &[gzip("hello"), gzip("again")].concat()).is_err());
        assert!(decode("br", b"hello").is_err());
    }
}

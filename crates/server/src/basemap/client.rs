//! Asks a publisher for a picture. Nothing of a visitor's request goes into ours.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use ureq::{
    Agent,
    tls::{Certificate, RootCerts, TlsConfig},
};

/// A picture is no larger, in bytes.
const MOST_BYTES: u64 = 2 * 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(8);

/// What a publisher answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A picture, and for how long it holds as far as the publisher says.
    Picture(Bytes, Option<Duration>),
    /// There is no picture of this place.
    Nothing,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    #[error("{0}")]
    Http(#[from] ureq::Error),
    #[error("answered {0}")]
    Status(u16),
    #[error("answered with something that is no picture")]
    NoPicture,
}

/// Keeps connections to the publishers.
#[derive(Clone, Debug)]
pub(crate) struct Client(Agent);

impl Client {
    /// `contact` is an address under which the operator of this server is found.
    pub(crate) fn new(contact: &str) -> Self {
        let roots = rustls_native_certs::load_native_certs();
        for error in &roots.errors {
            tracing::warn!(%error, "a root certificate of this machine cannot be read");
        }
        let roots: Vec<_> = roots.certs.iter().map(|cert| Certificate::from_der(cert).to_owned()).collect();
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .user_agent(format!("baulotse/{} (+{contact})", env!("CARGO_PKG_VERSION")))
            .accept("image/*")
            .timeout_global(Some(TIMEOUT))
            // A publisher that moves is a matter for the list of sources.
            .max_redirects(0)
            .http_status_as_error(false)
            .build();
        Self(Agent::new_with_config(config))
    }

    /// Asks; blocks the thread.
    pub(crate) fn get(&self, address: &str) -> Result<Answer, ClientError> {
        let mut response = self.0.get(address).call()?;
        match response.status().as_u16() {
            200 => {}
            204 | 404 => return Ok(Answer::Nothing),
            other => return Err(ClientError::Status(other)),
        }
        let control = response.headers().get("cache-control").and_then(|value| value.to_str().ok());
        let holds = control.and_then(max_age);
        let bytes = Bytes::from(response.body_mut().with_config().limit(MOST_BYTES).read_to_vec()?);
        // A WMS tells its errors as XML with status 200.
        if media_type(&bytes).is_none() {
            return Err(ClientError::NoPicture);
        }
        Ok(Answer::Picture(bytes, holds))
    }
}

fn max_age(control: &str) -> Option<Duration> {
    let seconds = control.split(',').find_map(|part| part.trim().strip_prefix("max-age="))?;
    seconds.trim_matches('"').parse().ok().map(Duration::from_secs)
}

/// Media type of a picture, by how it begins.
pub(crate) fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{max_age, media_type};

    #[test]
    fn pictures_are_known_by_how_they_begin() {
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n"), Some("image/png"));
        assert_eq!(media_type(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(media_type(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(media_type(b"<?xml version='1.0'?><ServiceExceptionReport/>"), None);
        assert_eq!(media_type(b"<svg onload='x'>"), None);
        assert_eq!(media_type(b""), None);
    }

    #[test]
    fn the_publisher_says_how_long_a_picture_holds() {
        assert_eq!(max_age("public, max-age=3600"), Some(Duration::from_secs(3600)));
        assert_eq!(max_age("no-store"), None);
        assert_eq!(max_age("max-age=soon"), None);
    }
}

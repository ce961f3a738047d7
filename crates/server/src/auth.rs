//! Who asks: a bearer token of an account, or nobody in particular.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use cadastre::{Viewer, role::Role};
use store::AccountId;

use crate::{app::App, error::Error};

/// The viewer of a request. Without a token: anonymous; with one that does not work: 401.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// What they may see and do.
    pub(crate) viewer: Viewer,
    /// Their account; `None` if anonymous.
    pub(crate) account: Option<AccountId>,
}

impl Caller {
    /// The account, or 401.
    pub(crate) fn signed_in(&self) -> Result<AccountId, Error> {
        self.account.clone().ok_or(Error::Unauthorized)
    }

    /// The account of somebody who keeps records somewhere: 401 for nobody in particular, 403 for a lesser role. In which
    /// municipalities they may do what is asked is another question.
    pub(crate) fn at_least_clerk(&self, what: &str) -> Result<AccountId, Error> {
        let account = self.signed_in()?;
        if self.viewer.role() >= Role::Clerk {
            return Ok(account);
        }
        Err(Error::Forbidden(format!("your role does not allow {what}")))
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Some(value) = parts.headers.get(header::AUTHORIZATION) else {
            return Ok(Self { viewer: Viewer::ANONYMOUS, account: None });
        };
        let token = value.to_str().ok().and_then(|text| {
            let (scheme, token) = text.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        let token = token.filter(|token| !token.is_empty()).ok_or(Error::Unauthorized)?;
        // On the heap: it would make the future of every handler as large as itself.
        match Box::pin(app.store().authenticate(token)).await.map_err(crate::store_error)? {
            Some((account, viewer)) => Ok(Self { viewer, account: Some(account) }),
            None => Err(Error::Unauthorized),
        }
    }
}

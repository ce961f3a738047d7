//! Accounts and their tokens. Everything personal is here, erasable, and referred to by a random id.

use cadastre::{
    Viewer,
    codes::CodeList,
    role::{Role, Scope},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Store,
    error::StoreError,
    journal,
    plan::{Holds, RowError},
    random,
    session::{Answer, DatabaseError, Session, boolean, instant, json, optional_text, text},
};

/// Random id of an account, by which journal entries refer to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountId(pub String);

impl std::fmt::Display for AccountId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// An account to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// Name to sign in with, unique in the store; not empty.
    pub login: String,
    /// Name on the screen.
    pub display_name: Option<String>,
    /// Mail address.
    pub mail: Option<String>,
    /// Role.
    pub role: Role,
    /// Where the role holds.
    pub scope: Scope,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Id.
    pub id: AccountId,
    /// Name to sign in with; `None` once erased.
    pub login: Option<String>,
    /// Name on the screen.
    pub display_name: Option<String>,
    /// Mail address.
    pub mail: Option<String>,
    /// Role.
    pub role: Role,
    /// Where the role holds.
    pub scope: Scope,
    /// Whether its tokens are refused.
    pub is_disabled: bool,
    /// When it was added.
    pub created: Timestamp,
}

/// A token as it is listed: never the token itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Id, to revoke it by.
    pub id: String,
    /// Whose it is.
    pub account: AccountId,
    /// When it was issued.
    pub created: Timestamp,
    /// From when on it is refused.
    pub expires: Option<Timestamp>,
}

/// A token just issued.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    /// Id, to revoke it by.
    pub id: String,
    /// The token: 64 hexadecimal digits, to be shown once. The store keeps its hash only.
    pub secret: String,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issued").field("id", &self.id).finish_non_exhaustive()
    }
}

/// An account or token cannot be kept as asked.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The login is taken.
    #[error("there is an account \"{login}\" already")]
    Exists {
        /// The login.
        login: String,
    },
    /// No such login.
    #[error("there is no account \"{login}\"")]
    Unknown {
        /// What was given.
        login: String,
    },
    /// No such token.
    #[error("there is no token \"{id}\"")]
    UnknownToken {
        /// What was given.
        id: String,
    },
    /// A field cannot be stored.
    #[error("{field} must not be empty and must not contain a NUL character")]
    Field {
        /// Name of the field.
        field: &'static str,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DatabaseError> for AccountError {
    fn from(source: DatabaseError) -> Self {
        Self::Store(source.into())
    }
}

const COLUMNS: &str = "account_id, login, display_name, mail, role, scope, disabled, created";
const HOLDS: [Holds; 8] = {
    use Holds::{Boolean, Json, Text, Timestamp};
    [Text, Text, Text, Text, Text, Json, Boolean, Timestamp]
};

impl Store {
    /// Adds an account.
    pub async fn add_account(&self, account: NewAccount) -> Result<AccountId, AccountError> {
        let login = checked("login", Some(account.login))?.unwrap_or_default();
        let (display_name, mail) = (checked("display_name", account.display_name)?, checked("mail", account.mail)?);
        let id = random::id()?;
        let mut session = self.backend().write().await?;
        if find(&mut session, &login).await?.is_some() {
            return Err(AccountError::Exists { login });
        }
        let params = vec![
            text(id.as_str()),
            text(login),
            optional_text(display_name),
            optional_text(mail),
            text(account.role.code()),
            json(serde_json::json!(account.scope).to_string()),
            boolean(false),
            instant(Some(journal::now())),
        ];
        let sql = format!("INSERT INTO account ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
        session.execute(&sql, params).await?;
        session.commit().await?;
        Ok(AccountId(id))
    }

    /// Every account, erased ones too, in the order they were added.
    pub async fn accounts(&self) -> Result<Vec<Account>, AccountError> {
        let mut session = self.backend().read().await?;
        let sql = format!("SELECT {COLUMNS} FROM account ORDER BY created, account_id");
        let rows = session.query(&sql, Vec::new(), &HOLDS).await?;
        rows.into_iter().map(|row| account(row).map_err(Into::into)).collect()
    }

    /// The account with a login.
    pub async fn account(&self, login: &str) -> Result<Account, AccountError> {
        let mut session = self.backend().read().await?;
        required(&mut session, login).await
    }

    /// Refuses every token of an account from now on, or takes them again.
    pub async fn set_account_disabled(&self, login: &str, disabled: bool) -> Result<(), AccountError> {
        let mut session = self.backend().write().await?;
        let account = required(&mut session, login).await?;
        let sql = "UPDATE account SET disabled = $1 WHERE account_id = $2";
        session.execute(sql, vec![boolean(disabled), text(account.id.0)]).await?;
        Ok(session.commit().await?)
    }

    /// Erases what is personal of an account and its tokens (Art. 17 GDPR). Its id stays, for the journal.
    pub async fn erase_account(&self, login: &str) -> Result<AccountId, AccountError> {
        let mut session = self.backend().write().await?;
        let account = required(&mut session, login).await?;
        let id = || vec![text(account.id.0.as_str())];
        session.execute("DELETE FROM token WHERE account_id = $1", id()).await?;
        let sql =
            "UPDATE account SET login = NULL, display_name = NULL, mail = NULL, disabled = $1 WHERE account_id = $2";
        session.execute(sql, vec![boolean(true), text(account.id.0.as_str())]).await?;
        session.commit().await?;
        Ok(account.id)
    }

    /// Issues a token; its secret is told once.
    pub async fn issue_token(&self, login: &str, expires: Option<Timestamp>) -> Result<Issued, AccountError> {
        let secret = random::hex::<32>()?;
        let id = random::hex::<4>()?;
        let mut session = self.backend().write().await?;
        let account = required(&mut session, login).await?;
        let params = vec![
            text(id.as_str()),
            text(account.id.0),
            text(hash(&secret)),
            instant(Some(journal::now())),
            instant(expires),
        ];
        let sql = "INSERT INTO token (token_id, account_id, hash, created, expires) VALUES ($1, $2, $3, $4, $5)";
        session.execute(sql, params).await?;
        session.commit().await?;
        Ok(Issued { id, secret })
    }

    /// The tokens of an account.
    pub async fn tokens(&self, login: &str) -> Result<Vec<Token>, AccountError> {
        let mut session = self.backend().read().await?;
        let account = required(&mut session, login).await?;
        let sql = "SELECT token_id, created, expires FROM token WHERE account_id = $1 ORDER BY created, token_id";
        let holds = [Holds::Text, Holds::Timestamp, Holds::Timestamp];
        let rows = session.query(sql, vec![text(account.id.0.as_str())], &holds).await?;
        rows.into_iter()
            .map(|mut row| {
                let (id, created, expires) = (row.text()?, row.instant()?, row.optional_instant()?);
                Ok(Token { id, account: account.id.clone(), created, expires })
            })
            .collect()
    }

    /// Revokes a token: it is refused from now on.
    pub async fn revoke_token(&self, id: &str) -> Result<(), AccountError> {
        let unknown = || AccountError::UnknownToken { id: id.to_owned() };
        if id.contains('\0') {
            return Err(unknown());
        }
        let mut session = self.backend().write().await?;
        let revoked = session.execute("DELETE FROM token WHERE token_id = $1", vec![text(id)]).await?;
        if revoked == 0 {
            return Err(unknown());
        }
        Ok(session.commit().await?)
    }

    /// Who a token belongs to. `None`: unknown, revoked, expired, or of a disabled or erased account.
    pub async fn authenticate(&self, secret: &str) -> Result<Option<(AccountId, Viewer)>, StoreError> {
        let mut session = self.backend().read().await?;
        let sql = "SELECT a.account_id, a.role, a.scope, a.disabled, t.expires FROM token t \
                   JOIN account a ON a.account_id = t.account_id WHERE t.hash = $1";
        let holds = [Holds::Text, Holds::Text, Holds::Json, Holds::Boolean, Holds::Timestamp];
        let Some(mut row) = session.query_one(sql, vec![text(hash(secret))], &holds).await? else { return Ok(None) };
        let id = row.text()?;
        let (role, scope) = role_and_scope(&id, &row.text()?, &row.text()?)?;
        let is_disabled = row.boolean()?;
        let is_expired = row.optional_instant()?.is_some_and(|expires| expires <= Timestamp::now());
        Ok((!is_disabled && !is_expired).then(|| (AccountId(id), Viewer::new(role, scope))))
    }
}

/// The hash by which a token is known. A token is as random as the hash: no salt, no stretching is needed.
fn hash(secret: &str) -> String {
    random::digits(&Sha256::digest(secret.trim()))
}

fn checked(field: &'static str, value: Option<String>) -> Result<Option<String>, AccountError> {
    match value {
        Some(value) if value.trim().is_empty() || value.contains('\0') => Err(AccountError::Field { field }),
        value => Ok(value.map(|value| value.trim().to_owned())),
    }
}

async fn find(session: &mut Session, login: &str) -> Result<Option<Account>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM account WHERE login = $1");
    if login.contains('\0') {
        // PostgreSQL has no such text, not even to look for.
        return Ok(None);
    }
    session.query_one(&sql, vec![text(login)], &HOLDS).await?.map(account).transpose()
}

async fn required(session: &mut Session, login: &str) -> Result<Account, AccountError> {
    find(session, login.trim()).await?.ok_or_else(|| AccountError::Unknown { login: login.to_owned() })
}

fn account(mut row: Answer) -> Result<Account, StoreError> {
    let id = row.text()?;
    let (login, display_name, mail) = (row.optional_text()?, row.optional_text()?, row.optional_text()?);
    let (role, scope) = role_and_scope(&id, &row.text()?, &row.text()?)?;
    let (is_disabled, created) = (row.boolean()?, row.instant()?);
    Ok(Account { id: AccountId(id), login, display_name, mail, role, scope, is_disabled, created })
}

fn role_and_scope(id: &str, role: &str, scope: &str) -> Result<(Role, Scope), StoreError> {
    let wrong = |column: &str, reason: String| StoreError::Row {
        table: "account".to_owned(),
        key: id.to_owned(),
        source: RowError::new(column, reason),
    };
    let known = Role::from_code(role).ok_or_else(|| wrong("role", format!("\"{role}\" is no role")))?;
    let scope = serde_json::from_str(scope).map_err(|error| wrong("scope", error.to_string()))?;
    Ok((known, scope))
}

//! `baulotse user` and `baulotse token`.

use cadastre::{
    codes::CodeList as _,
    role::{Role, Scope},
};
use store::{NewAccount, Store};

use crate::{
    cli::{TokenArgs, UserCommand},
    exit::{Exit, Failure},
    open,
};

/// Keeps accounts.
pub(crate) async fn user(command: UserCommand) -> Result<Exit, Failure> {
    match command {
        UserCommand::Add { store, login, role, municipality, county } => {
            let scope = scope(role, municipality, county)?;
            let store = open::open(&store.store).await?;
            let account = NewAccount { login: login.clone(), display_name: None, mail: None, role, scope };
            store.add_account(account).await?;
            print_token(&store, &login, None).await?;
        }
        UserCommand::List(store) => list(&open::open(&store.store).await?).await?,
        UserCommand::Disable { store, login } => {
            open::open(&store.store).await?.set_account_disabled(&login, true).await?;
        }
    }
    Ok(Exit::Done)
}

/// Issues a token, or revokes all of an account.
pub(crate) async fn token(args: TokenArgs) -> Result<Exit, Failure> {
    let store = open::open(&args.store.store).await?;
    if args.revoke {
        for token in store.tokens(&args.login).await? {
            store.revoke_token(&token.id).await?;
        }
    } else {
        print_token(&store, &args.login, args.expires).await?;
    }
    Ok(Exit::Done)
}

/// The only time a token is seen.
#[expect(clippy::print_stdout, reason = "the answer of the command")]
async fn print_token(store: &Store, login: &str, expires: Option<cadastre::Day>) -> Result<(), Failure> {
    let expires = expires.map(server::end_of_day);
    println!("{}", store.issue_token(login, expires).await?.secret);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer of the command")]
async fn list(store: &Store) -> Result<(), Failure> {
    for account in store.accounts().await? {
        let scope = match &account.scope {
            Scope::Nowhere => String::new(),
            Scope::Everywhere => "everywhere".to_owned(),
            Scope::County(key) => format!("county {key}"),
            Scope::Municipalities(keys) => keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        };
        let state = if account.is_disabled { "disabled" } else { "active" };
        let login = account.login.as_deref().unwrap_or("(erased)");
        println!("{login}\t{}\t{scope}\t{state}", account.role.code());
    }
    Ok(())
}

fn scope(role: Role, municipalities: Vec<cadastre::Ags>, county: Option<String>) -> Result<Scope, Failure> {
    let usage = |text: &str| Err(Failure::Usage(text.to_owned()));
    match (role, municipalities.is_empty(), county) {
        (Role::Anonymous, ..) => {
            usage("an account cannot be anonymous; use registered, county, clerk, planner or administrator")
        }
        (Role::Registered, true, None) => Ok(Scope::Nowhere),
        (Role::Registered, ..) => usage("the role registered is bound to no municipality"),
        (Role::County, true, Some(county)) => Ok(Scope::County(county)),
        (Role::County, ..) => usage("the role county needs --county and no --municipality"),
        (_, false, None) => Ok(Scope::Municipalities(municipalities)),
        (..) => usage("this role needs --municipality (one or more) and no --county"),
    }
}

//! Accounts and tokens.

use cadastre::{
    Edit, Revision, Viewer,
    role::{Role, Scope},
};
use store::{AccountError, Author, NewAccount};

use crate::{
    place::{Place, on_both_stores},
    records::{leisnig, parcel},
};

fn erika() -> NewAccount {
    NewAccount {
        login: "erika".into(),
        display_name: Some("Erika Mustermann".into()),
        mail: Some("erika@example.org".into()),
        role: Role::Planner,
        scope: Scope::Municipalities(vec![leisnig()]),
    }
}

on_both_stores! {
    async fn a_token_says_who_asks_until_it_is_taken_back(place: Place) {
        let store = place.create().await;
        let id = store.add_account(erika()).await.unwrap();
        let token = store.issue_token("erika", None).await.unwrap();
        assert_eq!(token.secret.len(), 64);
        assert!(!format!("{token:?}").contains(&token.secret));
        let viewer = Viewer::new(Role::Planner, Scope::Municipalities(vec![leisnig()]));
        let found = Some((id.clone(), viewer));
        assert_eq!(store.authenticate(&token.secret).await.unwrap(), found);
        assert_eq!(store.authenticate(&token.id).await.unwrap(), None);
        assert_eq!(store.authenticate("").await.unwrap(), None);

        store.set_account_disabled("erika", true).await.unwrap();
        assert_eq!(store.authenticate(&token.secret).await.unwrap(), None);
        store.set_account_disabled("erika", false).await.unwrap();
        assert_eq!(store.authenticate(&token.secret).await.unwrap(), found);

        let listed = store.tokens("erika").await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!((&listed[0].id, &listed[0].account, listed[0].expires), (&token.id, &id, None));
        store.revoke_token(&token.id).await.unwrap();
        assert_eq!(store.authenticate(&token.secret).await.unwrap(), None);
        assert!(store.revoke_token(&token.id).await.is_err());
        assert!(matches!(store.revoke_token("a\0").await, Err(AccountError::UnknownToken { .. })));
        assert!(matches!(store.account("eri\0ka").await, Err(AccountError::Unknown { .. })));
    }

    async fn an_expired_token_is_refused(place: Place) {
        let store = place.create().await;
        store.add_account(erika()).await.unwrap();
        let now = jiff::Timestamp::now();
        let hour = jiff::SignedDuration::from_hours(1);
        let past = store.issue_token("erika", Some(now - hour)).await.unwrap();
        let valid = store.issue_token("erika", Some(now + hour)).await.unwrap();
        assert_eq!(store.authenticate(&past.secret).await.unwrap(), None);
        assert!(store.authenticate(&valid.secret).await.unwrap().is_some());
    }

    async fn logins_are_unique_and_must_be_known(place: Place) {
        let store = place.create().await;
        store.add_account(erika()).await.unwrap();
        let error = store.add_account(erika()).await.unwrap_err();
        assert_eq!(error.to_string(), "there is an account \"erika\" already");
        let empty = NewAccount { login: " ".into(), ..erika() };
        let error = store.add_account(empty).await.unwrap_err();
        assert_eq!(error.to_string(), "login must not be empty and must not contain a NUL character");
        let error = store.issue_token("max", None).await.unwrap_err();
        assert_eq!(error.to_string(), "there is no account \"max\"");
        assert_eq!(store.account("erika").await.unwrap().mail.as_deref(), Some("erika@example.org"));
    }

    async fn erasing_an_account_leaves_its_id_and_nothing_else(place: Place) {
        let store = place.create().await;
        let id = store.add_account(erika()).await.unwrap();
        let token = store.issue_token("erika", None).await.unwrap();
        store.commit(vec![Edit::put(parcel(1, 0))], Author::account(id.clone(), "Vermessung")).await.unwrap();
        assert_eq!(store.erase_account("erika").await.unwrap(), id);
        assert_eq!(store.authenticate(&token.secret).await.unwrap(), None);
        let accounts = store.accounts().await.unwrap();
        assert_eq!(accounts.len(), 1);
        let left = (&accounts[0].login, &accounts[0].display_name, &accounts[0].mail, accounts[0].is_disabled);
        assert_eq!(left, (&None, &None, &None, true));
        assert_eq!(store.journal(Revision(0), 1).await.unwrap()[0].account, Some(id));
        // The login is free again, for another account.
        assert_ne!(store.add_account(erika()).await.unwrap(), accounts[0].id);
    }

    async fn secrets_and_erased_names_are_nowhere_in_the_store(place: Place) {
        let store = place.create().await;
        store.add_account(erika()).await.unwrap();
        let token = store.issue_token("erika", None).await.unwrap();
        store.erase_account("erika").await.unwrap();
        let copy = place.folder.path().join("copy.gpkg");
        store.backup(&copy).await.unwrap();
        // Rewritten, so that pages that are free no longer count.
        let compact = place.folder.path().join("compact.gpkg");
        let sql = format!("VACUUM INTO '{}'", compact.display());
        rusqlite::Connection::open(&copy).unwrap().execute_batch(&sql).unwrap();
        let bytes = std::fs::read(compact).unwrap();
        for secret in ["erika", "Mustermann", token.secret.as_str()] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} is in the store");
        }
    }
}

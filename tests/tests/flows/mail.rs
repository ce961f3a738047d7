//! Mail to the office that an enquiry has come in: what it says, to whom, and that it arrives though the mail server fails.

use std::{collections::BTreeSet, thread::sleep, time::Duration};

use tests::{
    Server, TestStore, both_stores,
    sample::{self, HAMBURG_AGS},
    server::eventually,
    smtp::{Mail, MailServer},
};

both_stores!(
    the_office_is_told_of_an_enquiry_and_of_nothing_personal,
    the_whole_enquiry_is_mailed_where_the_municipality_says_so,
    what_could_not_be_mailed_is_mailed_later_also_by_the_next_process,
    without_a_mail_server_nothing_waits_for_one,
);

const TOWN: &str = "/anfrage/gemeinde/02000000";
const QUESTION: [(&str, &str); 3] =
    [("nachricht", "Ist der Platz noch frei?"), ("mail", "erika@example.org"), ("name", "Erika Mustermann")];
const SOON: Duration = Duration::from_secs(60);
/// Longer than the wait before another attempt.
const LONGER: Duration = Duration::from_secs(5);

fn prepare(store: &TestStore, settings: &[&str]) -> MailServer {
    store.import_sample(sample::NEUWERK);
    let office = ["municipality", "set", HAMBURG_AGS, "contact_mail=amt@hamburg.example"];
    store.run(&[&office[..], settings].concat()).expect_done();
    MailServer::start()
}

fn serve(store: &TestStore, mail: &MailServer) -> Server {
    let sender = "Baulotse <noreply@baulotse.example>";
    let limits = ["--writes-per-minute", "0", "--enquiries-per-client", "0"];
    let options = ["--smtp", &mail.url(), "--mail-from", sender, "--mail-retry-seconds", "3"];
    store.serve_with(&[&limits[..], &options].concat())
}

/// Sends an enquiry and returns its number.
fn ask(server: &Server) -> String {
    server.client().ask(TOWN, &QUESTION).expect(303).created_id()
}

fn arrived(mail: &MailServer, count: usize) -> Vec<Mail> {
    eventually("the mail arrives", SOON, || Some(mail.taken()).filter(|taken| taken.len() >= count))
}

/// Head and body of a mail, long lines put together again (RFC 2045, 6.7).
fn parts(mail: &Mail) -> (String, String) {
    let (head, body) = mail.text.split_once("\n\n").unwrap();
    (head.to_owned(), body.replace("=\n", ""))
}

fn metric(server: &Server, name: &str) -> Option<f64> {
    let text = server.client().get("/metrics").expect(200).body;
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("baulotse_{name} ")).map(str::to_owned));
    line.map(|value| value.parse().unwrap())
}

fn the_office_is_told_of_an_enquiry_and_of_nothing_personal(store: &TestStore) {
    let mail = prepare(store, &[]);
    let server = serve(store, &mail);
    let number = ask(&server);
    let taken = arrived(&mail, 1);
    assert_eq!(
        (taken[0].from.as_str(), taken[0].to.join(" ").as_str()),
        ("noreply@baulotse.example", "amt@hamburg.example")
    );
    let (head, body) = parts(&taken[0]);
    for line in [&format!("Subject: Anfrage {number} an "), "To: amt@hamburg.example", "Auto-Submitted: auto-generated"]
    {
        assert!(head.contains(line), "{line}: {head}");
    }
    assert!(body.contains(&format!("baulotse enquiries show {number}")), "{body}");
    assert!(body.contains(&format!("{}/api/enquiries/{number}", server.url())), "{body}");
    for personal in ["erika", "Erika", "noch frei", "Reply-To"] {
        assert!(!taken[0].text.contains(personal), "{personal}: {}", taken[0].text);
    }
    eventually("the outbox is empty", SOON, || (metric(&server, "mail_waiting") == Some(0.0)).then_some(()));
    assert_eq!(metric(&server, "mail_sent"), Some(1.0));
    // Told once, it is not told again.
    sleep(LONGER);
    assert_eq!((mail.taken().len(), store.count("enquiry_notice")), (1, 0));
    server.stop();
    store.expect_sound();
}

fn the_whole_enquiry_is_mailed_where_the_municipality_says_so(store: &TestStore) {
    let mail = prepare(store, &["enquiry_mail=whole"]);
    let server = serve(store, &mail);
    ask(&server);
    let (head, body) = parts(&arrived(&mail, 1)[0]);
    assert!(head.contains("Reply-To: erika@example.org"), "{head}");
    assert!(body.contains("Ist der Platz noch frei?") && body.contains("Erika Mustermann"), "{body}");
    store.run(&["municipality", "set", HAMBURG_AGS, "enquiry_mail=nothing"]).expect_done();
    let before = store.revision();
    eventually("the server follows", SOON, || {
        let ready = server.client().json("/health/ready");
        (ready["revision"].as_u64() == Some(before)).then_some(())
    });
    ask(&server);
    sleep(Duration::from_millis(1500));
    assert_eq!((mail.taken().len(), store.count("enquiry_notice")), (1, 0));
    server.stop();
}

fn what_could_not_be_mailed_is_mailed_later_also_by_the_next_process(store: &TestStore) {
    let mail = prepare(store, &[]);
    mail.refuse(true);
    let mut server = serve(store, &mail);
    let first = ask(&server);
    eventually("two attempts have failed", SOON, || (mail.asked() >= 2).then_some(()));
    eventually("the failures are counted", SOON, || metric(&server, "mail_failed").filter(|failed| *failed >= 2.0));
    assert_eq!((metric(&server, "mail_waiting"), mail.taken().len()), (Some(1.0), 0));
    let log = server.log();
    assert!(log.contains("the office could not be told of an enquiry") && log.contains(&first), "{log}");
    assert!(!log.contains("erika"), "{log}");
    // Killed, it says nothing of what it has not done.
    server.kill();
    mail.refuse(false);
    let server = serve(store, &mail);
    let second = ask(&server);
    let taken = arrived(&mail, 2);
    for number in [&first, &second] {
        assert_eq!(taken.iter().filter(|mail| mail.text.contains(&format!("Anfrage {number} an"))).count(), 1);
    }
    server.stop();
    store.expect_sound();
}

fn without_a_mail_server_nothing_waits_for_one(store: &TestStore) {
    let mail = prepare(store, &[]);
    let server = store.serve();
    ask(&server);
    assert_eq!((store.count("enquiry_notice"), metric(&server, "mail_waiting")), (0, None));
    server.stop();
    // Named later, it is not told of what was filed before.
    let server = serve(store, &mail);
    sleep(Duration::from_millis(1500));
    assert_eq!(mail.asked(), 0);
    server.stop();
}

#[test]
fn of_several_servers_on_one_database_one_tells_the_office() {
    let store = TestStore::postgis();
    let mail = prepare(&store, &[]);
    let servers = [serve(&store, &mail), serve(&store, &mail), serve(&store, &mail)];
    let numbers: BTreeSet<String> = (0..12).map(|at| ask(&servers[at % servers.len()])).collect();
    arrived(&mail, numbers.len());
    sleep(LONGER);
    let taken = mail.taken();
    assert_eq!(taken.len(), numbers.len(), "each is told once");
    for number in &numbers {
        assert!(taken.iter().any(|mail| mail.text.contains(&format!("Anfrage {number} an"))), "{number}");
    }
    servers.into_iter().for_each(Server::stop);
}

#[test]
fn mail_that_would_go_unencrypted_over_the_network_is_refused_at_the_start() {
    let store = TestStore::geopackage();
    store.import_sample(sample::ERFURT);
    let start = |smtp: &str, more: &[&str]| {
        let options = ["serve", "--listen", "127.0.0.1:0", "--smtp", smtp];
        store.run(&[&options[..], more].concat())
    };
    let refused = start("smtp://user:geheim@mail.example", &["--mail-from", "a@b.example"]).expect_code(1);
    assert!(refused.stderr.contains("smtps://") && !refused.stderr.contains("geheim"), "{}", refused.stderr);
    start("smtps://mail.example", &[]).expect_code(2);
}

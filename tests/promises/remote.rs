//! A store on a server that speaks S3, and all that such a server, or what is between, may do: whatever it
//! is, no wrong number is taken. Running it is not part of `just test`, because it needs the courier and
//! the server, which `just remote` builds; CI does. What is promised of any store: `shared`.

use crate::exec::forge;
use crate::shared::{CELLS, RECORD, clone_record, fresh, is_whole};
use crate::smoked;
use saigen_tests::{Checkout, Fault, Proxy, README, Run, filed, repository};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Where `just remote` puts the server, which checks signatures and knows `If-None-Match`.
const SERVER: &str = "target/remote/bin/s3s-fs";
const STORE: &str = "s3://bucket/some/where";
/// Where the server keeps the objects of that address, below its folder.
const PLACE: &str = "bucket/some/where";
/// A word that nobody may ever see.
const SECRET: &str = "hunter22-is-the-secret";

/// The server with an empty bucket, and a proxy before it.
struct Shop {
    folder: TempDir,
    server: Child,
    proxy: Proxy,
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Shop {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("bucket")).unwrap();
        let program = repository().join(SERVER);
        assert!(program.is_file(), "'{SERVER}' is missing; `just remote` builds it");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(program);
        command.args(["--host", "127.0.0.1", "--port", &port.to_string(), "--access-key", "saigen", "--secret-key", SECRET]);
        let server = command.arg(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { folder, server, proxy: Proxy::start(port) }
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let endpoint = format!("http://127.0.0.1:{}", self.proxy.port());
        [("AWS_ACCESS_KEY_ID", "saigen"), ("AWS_SECRET_ACCESS_KEY", SECRET), ("AWS_REGION", "us-east-1"), ("AWS_TIMEOUT", "1s")]
            .map(|(name, value)| (name, value.to_string()))
            .into_iter()
            .chain([("AWS_ENDPOINT", endpoint)])
            .collect()
    }

    /// Runs the program on the store; whatever it says, no secret is in it, nor in any file.
    fn run(&self, checkout: &Checkout, arguments: &[&str]) -> Run {
        let environment = self.environment();
        let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let run = checkout.run_with(&[arguments, &["--store", STORE]].concat(), &environment);
        let everything = checkout.files(&[""]).into_iter().map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned());
        for text in everything.chain([run.out.clone(), run.err.clone()]) {
            assert!(!text.contains(SECRET), "{text}");
        }
        run
    }

    /// The objects that hold batches: their names below the store's address, sorted.
    fn objects(&self) -> Vec<String> {
        let mut found = Vec::new();
        let batches = self.folder.path().join(PLACE).join("v2/batches");
        for folder in std::fs::read_dir(&batches).into_iter().flatten().flatten() {
            let folder_name = folder.file_name().to_string_lossy().into_owned();
            for file in std::fs::read_dir(folder.path()).unwrap().flatten() {
                let name = file.file_name().to_string_lossy().into_owned();
                if name.ends_with(".ndjson") && !name.starts_with('.') {
                    found.push(format!("v2/batches/{folder_name}/{name}"));
                }
            }
        }
        found.sort();
        found
    }

    fn bytes(&self, object: &str) -> Vec<u8> {
        std::fs::read(self.folder.path().join(PLACE).join(object)).unwrap()
    }
}

fn recorded() -> Checkout {
    let checkout = fresh();
    checkout.run(&["run"]).exits(0);
    checkout
}

/// What a reviewer has: the record, and no store.
fn reviewer(author: &Checkout) -> Checkout {
    let checkout = fresh();
    clone_record(author, &checkout);
    checkout
}

#[test]
#[ignore = "needs the courier and the server of `just remote`"]
fn what_is_pushed_from_one_checkout_is_pulled_into_another() {
    let (shop, one, other) = (Shop::open(), smoked(), crate::checkout());
    shop.run(&one, &["push", "--tier", "smoke"]).exits(0).says(", 0 there with the same values");
    shop.run(&one, &["push", "--tier", "smoke"]).exits(0).says("batches: 0 put");
    shop.run(&other, &["pull", "--tier", "smoke"]).exits(3).says("0 new cells taken in");
    shop.run(&other, &["pull", "--tier", "smoke", "--unsigned"]).exits(0).says(&format!("{} new cells taken in", crate::CELLS));
    other.run(&["run", "--tier", "smoke"]).exits(0).says("0 cells run");
    assert_eq!(other.files(&crate::SMOKE), one.files(&crate::SMOKE));
    let verified = other.run(&["verify", "--tier", "smoke"]).exits(0);
    assert!(verified.out.contains(" 0 wrong"), "{}", verified.out);
}

#[test]
#[ignore = "needs the courier and the server of `just remote`"]
fn a_signature_that_lies_there_vouches() {
    let (shop, one, other) = (Shop::open(), recorded(), fresh());
    for name in ["a", "b"] {
        one.run_other("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", name], None).exits(0);
    }
    shop.run(&one, &["push", "--key", "a"]).exits(0).says(&format!("signed in '{STORE}/v2/manifests/"));
    let asked = ["pull", "--signer", "signers", "--identity", "a@x"];
    other.write("signers", format!("a@x {}", one.text("b.pub")).as_bytes());
    shop.run(&other, &asked).exits(3).says("was made with a key that 'signers' gives to nobody");
    other.write("signers", format!("a@x {}", one.text("a.pub")).as_bytes());
    // A lie that nobody signed is not taken, the rest is.
    let lied = lie(&shop, &one);
    shop.proxy.spoil(Fault::Body(lied), &shop.objects()[0]);
    shop.run(&other, &asked).exits(3).says(&format!("{} new cells taken in", CELLS - 1)).says("not taken: 1 that nobody vouches for");
    shop.proxy.spoil(Fault::None, "");
    shop.run(&other, &asked).exits(0).says("1 new cell taken in");
    is_whole(&other, &one);
}

#[test]
#[ignore = "needs the courier and the server of `just remote`"]
fn two_push_at_once_and_killed_ones_go_on() {
    let (shop, one, two, other) = (Shop::open(), recorded(), recorded(), fresh());
    let environment = shop.environment();
    let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for at in 0..20 {
        let mut child = one.start_with(&["push", "--store", STORE], &environment);
        std::thread::sleep(Duration::from_millis(3 * at));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let mut both = [&one, &two].map(|checkout| checkout.start_with(&["push", "--store", STORE], &environment));
    assert!(both.iter_mut().all(|child| child.wait().unwrap().success()));
    assert_eq!(shop.objects().len(), CELLS);
    for at in 0..20 {
        let mut child = other.start_with(&["pull", "--unsigned", "--store", STORE], &environment);
        std::thread::sleep(Duration::from_millis(3 * at));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    shop.run(&other, &["pull", "--unsigned"]).exits(0);
    is_whole(&other, &one);
}

#[test]
#[ignore = "needs the courier and the server of `just remote`"]
fn machines_that_share_no_folder_run_batches_for_one_that_pulls() {
    let (shop, one, worker, head) = (Shop::open(), recorded(), fresh(), fresh());
    shop.run(&one, &["push"]).exits(0);
    let objects = shop.objects();
    objects[2..].iter().for_each(|object| std::fs::remove_file(shop.folder.path().join(PLACE).join(object)).unwrap());
    let keys = objects.iter().map(|object| object.rsplit('/').next().unwrap().trim_end_matches(".ndjson"));
    let asked: Vec<&str> = keys.flat_map(|key| ["--batch", key]).collect();
    let run = shop.run(&worker, &[&["exec"], &asked[..]].concat()).exits(0);
    assert_eq!((run.err.matches("there ").count(), run.err.matches("done ").count()), (2, CELLS - 2), "{}", run.err);
    assert!(!worker.path("artifacts").exists());
    shop.run(&head, &["pull", "--unsigned"]).exits(0);
    is_whole(&head, &one);
}

/// Another value in the first object, under a seal that is right.
fn lie(shop: &Shop, checkout: &Checkout) -> Vec<u8> {
    checkout.write("lie", &shop.bytes(&shop.objects()[0]));
    forge(checkout, "lie", "{\\\"float\\\":", "{\\\"float\\\":1");
    checkout.read("lie")
}

/// What a server may do to who pulls.
struct Case {
    what: &'static str,
    fault: Fault,
    exit: i32,
    says: &'static str,
}

#[test]
#[ignore = "needs the courier and the server of `just remote`"]
fn whatever_the_server_does_no_wrong_number_is_taken() {
    let (shop, one) = (Shop::open(), recorded());
    shop.run(&one, &["push"]).exits(0);
    let objects = shop.objects();
    let case = |what, fault, exit, says| Case { what, fault, exit, says };
    let cases = [
        case("flips a byte", Fault::FlipByte, 6, "was altered: expected sha256"),
        case("gives the object of another batch", Fault::Body(shop.bytes(&objects[1])), 6, "holds another batch"),
        case("gives other values, under a seal that is right", Fault::Body(lie(&shop, &one)), 6, "than the record does"),
        case("gives bytes that are no text", Fault::Body(vec![0xff; 100]), 6, "is no text"),
        case("says that the body has a tebibyte, and sends on and on", Fault::Endless, 6, "is larger than 64 MiB"),
        case("sends on and on without saying how much", Fault::Chunks, 4, "Content-Length Header missing"),
        case("cuts every body short", Fault::CutShort, 4, "end of file before message length reached"),
        case("drips", Fault::Drip, 4, "operation timed out"),
        case("never answers", Fault::Hang, 4, "operation timed out"),
        case("answers 503, always", Fault::Unavailable, 4, "503 Service Unavailable"),
        case("answers 500 twice, then well", Fault::ErrorTwice, 0, "8 new cells taken in"),
        case("answers 404 to everything", Fault::NotFound, 0, "1 not there"),
    ];
    let mut table = "| the server, asked for one of eight batches | `saigen pull` ends with | which says | wrong values taken | the results, after `saigen run` |\n\
                     | :-- | --: | :-- | --: | :-- |\n"
        .to_string();
    for Case { what, fault, exit, says } in cases {
        let other = reviewer(&one);
        shop.proxy.spoil(fault, &objects[0]);
        let run = shop.run(&other, &["pull"]).exits(exit).says(says);
        println!("{what}:\n{}", run.err);
        let taken = if exit == 0 && says.starts_with('8') { CELLS } else { CELLS - 1 };
        run.says(&format!("{taken} new cells taken in"));
        // What was taken is held against the record, cell by cell.
        let verified = other.run(&["verify"]).exits(0);
        let wrong = if verified.out.contains(" 0 wrong") { "none" } else { "some" };
        let results = if other.run(&["run"]).exits(0).err.contains(&format!("{} run", cells(CELLS - taken))) && same(&other, &one) {
            "equal"
        } else {
            "differ"
        };
        table += &format!("| {what} | {exit} | … {says} … | {wrong} | {results} |\n");
        assert_eq!((wrong, results), ("none", "equal"), "{what}");
    }
    shop.proxy.spoil(Fault::None, "");
    filed(README, "remote", &table);
}

fn cells(number: usize) -> String {
    if number == 1 { "1 cell".to_string() } else { format!("{number} cells") }
}

fn same(one: &Checkout, other: &Checkout) -> bool {
    one.files(&RECORD) == other.files(&RECORD)
}

#[test]
#[ignore = "needs the courier and the server of `just remote`"]
fn whatever_the_server_does_to_who_pushes_the_next_push_ends_it() {
    let one = recorded();
    let case = |what, fault, exit, says| Case { what, fault, exit, says };
    let cases = [
        case("answers 500 twice, then well", Fault::ErrorTwice, 0, "batches: 8 put"),
        case("takes the batch, and the answer is lost", Fault::LostAnswer, 0, "8 there with the same values"),
        case("says that all is there, and has nothing", Fault::AlreadyThere, 4, "is not given when it is asked for"),
        case("replaces what is there", Fault::Replaces, 4, "one is needed that refuses"),
        case("answers 404 to everything", Fault::NotFound, 4, "404 Not Found"),
        case("answers 503, always", Fault::Unavailable, 4, "503 Service Unavailable"),
        case("never answers", Fault::Hang, 4, "operation timed out"),
    ];
    let mut table =
        "| the server, given eight batches | `saigen push` ends with | which says | the next push, to an honest one | then pulled |\n\
                     | :-- | --: | :-- | --: | --: |\n"
            .to_string();
    for Case { what, fault, exit, says } in cases {
        let (shop, other) = (Shop::open(), fresh());
        shop.proxy.spoil(fault, "");
        shop.run(&one, &["push"]).exits(exit).says(says);
        shop.proxy.spoil(Fault::None, "");
        shop.run(&one, &["push"]).exits(0);
        shop.run(&other, &["pull", "--unsigned"]).exits(0).says(&format!("{CELLS} new cells taken in"));
        other.run(&["run"]).exits(0).says("0 cells run");
        assert!(same(&other, &one), "{what}");
        table += &format!("| {what} | {exit} | … {says} … | 0 | 8 of 8 |\n");
    }
    filed(README, "pushing", &table);
}

#[test]
#[ignore = "needs the courier and the server of `just remote`"]
fn wrong_credentials_and_plain_http_are_told() {
    let (shop, one) = (Shop::open(), recorded());
    let mut environment = shop.environment();
    environment[1].1 = "not-the-secret".to_string();
    let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for verb in [&["push"][..], &["pull", "--unsigned"]] {
        let to = if verb[0] == "push" { &one } else { &fresh() };
        let run = to.run_with(&[verb, &["--store", STORE]].concat(), &environment).exits(4).says("cannot be got or put");
        assert!(!run.err.contains("not-the-secret"), "{}", run.err);
    }
    // Plain http to another machine is refused before anything is sent.
    let mut environment = shop.environment();
    environment[4].1 = "http://192.0.2.1:9000".to_string();
    let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = one.run_with(&["push", "--store", STORE], &environment).exits(2).says("is plain http, and not on this machine");
    refused.says("AWS_ALLOW_HTTP=true allows that");
}

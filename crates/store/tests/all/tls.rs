//! Connections to PostgreSQL are encrypted, and go only to whom the address says to trust.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use maat_store::{Error, Kind, Store};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;

use crate::world::Server;

/// A server with TCP, and files with certificates beside it.
struct Listening {
    server: Server,
    database: String,
    folder: TempDir,
}

fn authority(folder: &Path, file: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, file);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    std::fs::write(folder.join(file), issuer.pem()).unwrap();
    issuer
}

impl Listening {
    /// On a free port; with a name, with TLS and a certificate for it.
    fn on(name: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut server = Server::new("off");
        let database = server.database();
        server.stop();
        server.port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        server.settings = vec!["listen_addresses=0.0.0.0".into()];
        if let Some(name) = name {
            let (ours, _) = (authority(folder.path(), "ca.pem"), authority(folder.path(), "other"));
            let key = KeyPair::generate().unwrap();
            let params = CertificateParams::new([name.to_owned()]).unwrap();
            let certificate = params.signed_by(&key, &ours).unwrap();
            let key = server.secret("server.key", &key.serialize_pem());
            let certificate = server.secret("server.crt", &certificate.pem());
            std::fs::copy(&certificate, folder.path().join("server.crt")).unwrap();
            server.settings.extend([
                "ssl=on".into(),
                format!("ssl_key_file={}", key.display()),
                format!("ssl_cert_file={}", certificate.display()),
            ]);
        }
        server.start();
        Self { server, database, folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Opens the store by a host and settings of the address; tells whether it is encrypted.
    fn open(&self, host: &str, settings: &str) -> Result<bool, Error> {
        let Self { server, database, .. } = self;
        let settings = settings.replace("FOLDER", &self.folder.path().display().to_string());
        let url = format!("postgres://maat@{host}:{}/{database}?{settings}", server.port);
        let store = Store::postgres(&url, &self.file("key"))?;
        let sql = "select bool_and(ssl) from pg_stat_ssl join pg_stat_activity using (pid)
            where usename = 'maat'";
        let encrypted = server.raw(database, sql);
        drop(store);
        Ok(encrypted[0][0].as_deref() == Some("t"))
    }
}

/// What goes with a name that stands for this machine.
const NAMED: &str = "hostaddr=127.0.0.1&sslrootcert=FOLDER/ca.pem&sslmode";

#[test]
fn a_server_is_trusted_by_its_authority_and_its_name() {
    let there = Listening::on(Some("db.example"));
    let refused = |host: &str, settings: &str, mend: &str| {
        let error = there.open(host, settings).unwrap_err();
        assert_eq!(error.kind, Kind::Unreachable, "{error}");
        assert!(error.mend.contains(mend), "{host} {settings}: {error}");
    };
    assert!(there.open("db.example", &format!("{NAMED}=verify-full")).unwrap());
    refused("shop.example", &format!("{NAMED}=verify-full"), "a name that stands in");
    assert!(there.open("shop.example", &format!("{NAMED}=verify-ca")).unwrap());
    assert!(
        there
            .open("shop.example", &format!("{NAMED}=require").replace("ca.pem", "server.crt"))
            .unwrap()
    );
    let other = NAMED.replace("ca.pem", "other");
    for mode in ["verify-full", "verify-ca", "require"] {
        refused("db.example", &format!("{other}={mode}"), "sslrootcert=FILE");
    }
    // Without an authority: the system's, none of which signed this.
    refused("db.example", "hostaddr=127.0.0.1&sslmode=verify-full", "sslrootcert=FILE");
    // This address is this machine, but to Maat it is elsewhere.
    refused("0.0.0.0", "", "sslrootcert=FILE");
    assert!(there.open("0.0.0.0", "sslmode=require").unwrap(), "encrypted, to whomever it is");
    assert!(there.open("127.0.0.1", "").unwrap(), "encrypted, where it can be");
    assert!(!there.open("127.0.0.1", "sslmode=disable").unwrap());
    let lost = NAMED.replace("ca.pem", "lost.pem");
    let error = there.open("db.example", &format!("{lost}=verify-full")).unwrap_err();
    assert_eq!(error.kind, Kind::Input);
    assert!(error.what.contains("lost.pem cannot be read"), "{error}");
}

#[test]
fn plain_text_to_another_machine_is_refused_unless_it_is_written_out() {
    let there = Listening::on(None);
    for settings in ["", "sslmode=prefer", "sslmode=require", "sslmode=verify-full"] {
        let error = there.open("0.0.0.0", settings).unwrap_err();
        assert!(error.mend.contains("ssl = on"), "{settings}: {error}");
        assert!(error.mend.contains("sslmode=disable"), "{settings}: {error}");
    }
    assert!(!there.open("0.0.0.0", "sslmode=disable").unwrap());
    assert!(!there.open("127.0.0.1", "").unwrap());
}

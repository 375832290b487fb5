//! Whether a connection is encrypted, and whom it trusts: `sslmode` and `sslrootcert` of the address,
//! as libpq knows them. Without `sslmode` a server elsewhere must show a certificate for its name,
//! and none is ever spoken to in plain text unless `sslmode=disable` says so.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::Encryption;
use crate::error::{Error, Result};

/// What a server must show before anything is sent to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Nothing: plain text.
    Disable,
    /// Nothing: encrypted where it can be.
    Prefer,
    /// That it encrypts.
    Require,
    /// A certificate signed by whom we trust.
    VerifyCa,
    /// And made out to the name we connect to.
    VerifyFull,
}

/// The certificate that a file of authorities, or the word `system`, is asked for with.
const ROOTS: &str = "sslrootcert";

/// Sets how the configured server is spoken to; gives what makes the encrypted connections.
pub(super) fn apply(config: &mut Config, wanted: &Encryption) -> Result<MakeRustlsConnect> {
    let mode = if sockets(config) { Mode::Disable } else { mode(wanted, near(config))? };
    config.ssl_mode(match mode {
        Mode::Disable => SslMode::Disable,
        Mode::Prefer => SslMode::Prefer,
        Mode::Require | Mode::VerifyCa | Mode::VerifyFull => SslMode::Require,
    });
    let provider = Arc::new(ring::default_provider());
    let trust = Trust::new(mode, wanted.roots.as_deref(), &provider)?;
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(ROOTS, &format!("TLS cannot be set up: {error}"), "report this"))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(trust))
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(client))
}

fn wrong(place: &str, what: &str, mend: &str) -> Error {
    Error::input(&format!("`{place}` in the address of the store"), what, mend)
}

/// Whether all hosts are sockets in a folder, which PostgreSQL never encrypts.
fn sockets(config: &Config) -> bool {
    let mut hosts = config.get_hosts().iter();
    config.get_hostaddrs().is_empty() && hosts.all(|host| !matches!(host, Host::Tcp(_)))
}

/// Whether nothing leaves this machine: a socket in a folder, or a loopback address.
fn near(config: &Config) -> bool {
    let (hosts, addresses) = (config.get_hosts(), config.get_hostaddrs());
    if !addresses.is_empty() {
        return addresses.iter().all(IpAddr::is_loopback);
    }
    hosts.iter().all(|host| match host {
        Host::Tcp(name) => {
            name.eq_ignore_ascii_case("localhost")
                || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}

fn mode(wanted: &Encryption, near: bool) -> Result<Mode> {
    let rooted = wanted.roots.is_some();
    let mode = match wanted.mode.as_deref() {
        None if near => Mode::Prefer,
        None | Some("verify-full") => Mode::VerifyFull,
        Some("disable") => Mode::Disable,
        // As libpq has it: who names the authority wants it looked at.
        Some("require" | "prefer") if rooted => Mode::VerifyCa,
        Some("prefer") if near => Mode::Prefer,
        // What is only preferred could be talked down to plain text by anybody on the way.
        Some("require" | "prefer") => Mode::Require,
        Some("verify-ca") => Mode::VerifyCa,
        Some(_) => {
            return Err(wrong(
                "sslmode",
                "it is none that Maat knows",
                "write disable, prefer, require, verify-ca or verify-full",
            ));
        }
    };
    let anybody = wanted.roots.as_deref().is_none_or(|roots| roots == Path::new("system"));
    if mode == Mode::VerifyCa && anybody {
        // Everybody can get a certificate of a public authority, for some name.
        return Err(wrong(
            "sslmode",
            "without looking at the name, the system's authorities prove nothing",
            "write sslmode=verify-full, or name your own authority with sslrootcert=FILE",
        ));
    }
    Ok(mode)
}

/// Which certificates are taken.
#[derive(Debug)]
struct Trust {
    roots: Vec<CertificateDer<'static>>,
    /// Without it, any certificate: the connection is encrypted, and that is all.
    chain: Option<Arc<WebPkiServerVerifier>>,
    named: bool,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Trust {
    fn new(mode: Mode, file: Option<&Path>, provider: &Arc<CryptoProvider>) -> Result<Self> {
        let mut trust = Self {
            roots: Vec::new(),
            chain: None,
            named: mode == Mode::VerifyFull,
            algorithms: provider.signature_verification_algorithms,
        };
        if matches!(mode, Mode::VerifyCa | Mode::VerifyFull) {
            trust.roots = roots(file.filter(|file| *file != Path::new("system")))?;
            let mut store = RootCertStore::empty();
            store.add_parsable_certificates(trust.roots.iter().cloned());
            let builder =
                WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone());
            trust.chain = Some(builder.build().map_err(|error| {
                let mend = "name a file with certificates of authorities (PEM)";
                wrong(ROOTS, &format!("nobody in it can be trusted: {error}"), mend)
            })?);
        }
        Ok(trust)
    }
}

/// The authorities in a file, or the system's.
fn roots(file: Option<&Path>) -> Result<Vec<CertificateDer<'static>>> {
    let Some(file) = file else {
        return Ok(rustls_native_certs::load_native_certs().certs);
    };
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
    read.map_err(|error| {
        let what = format!("{} cannot be read: {error}", file.display());
        wrong(ROOTS, &what, "name a file with certificates of authorities (PEM)")
    })
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        // A server whose certificate signs itself, and is the very one that was named.
        if self.roots.contains(end_entity) {
            if self.named {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, name)?;
            }
            return Ok(ServerCertVerified::assertion());
        }
        match chain.verify_server_cert(end_entity, intermediates, name, ocsp, now) {
            // The name is looked at last: all else is in order.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.named => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// How to mend a connection that could not be encrypted; nothing if that was not the trouble.
pub(super) fn mend(error: &tokio_postgres::Error) -> Option<&'static str> {
    if !error.to_string().starts_with("error performing TLS handshake") {
        return None;
    }
    let cause = std::error::Error::source(error)
        .and_then(|cause| cause.downcast_ref::<std::io::Error>())
        .and_then(|cause| cause.get_ref())
        .and_then(|cause| cause.downcast_ref::<rustls::Error>());
    Some(match cause {
        Some(rustls::Error::InvalidCertificate(flaw)) => match flaw {
            CertificateError::UnknownIssuer => {
                "name the authority that signed the server's certificate: sslrootcert=FILE"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "connect by a name that stands in the server's certificate, or, with an authority \
                 of your own, write sslmode=verify-ca"
            }
            _ => "give the server a certificate that is in order",
        },
        _ => {
            "turn TLS on in the server (ssl = on); only where nobody else can listen, write \
             sslmode=disable"
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn mode_of(address: &str) -> Result<Mode> {
        let (plain, wanted) = Encryption::of(address);
        mode(&wanted, near(&plain.parse().unwrap()))
    }

    #[test]
    fn plain_text_to_elsewhere_must_be_written_out() {
        for (address, expected) in [
            ("postgres://u@db.example/d", Mode::VerifyFull),
            ("postgres://u:p%40@db.example:5433/d?application_name=x", Mode::VerifyFull),
            ("postgres://u@10.0.0.1/d", Mode::VerifyFull),
            ("postgres://u@localhost,db.example/d", Mode::VerifyFull),
            ("host=localhost hostaddr=10.0.0.1 user=u", Mode::VerifyFull),
            ("postgres://u@db.example/d?sslmode=prefer", Mode::Require),
            ("postgres://u@db.example/d?sslmode=require", Mode::Require),
            ("postgres://u@db.example/d?sslmode=require&sslrootcert=%2Fca.pem", Mode::VerifyCa),
            ("postgres://u@db.example/d?sslmode=verify-ca&sslrootcert=/ca.pem", Mode::VerifyCa),
            ("host=db.example sslmode = 'verify-full' user=u", Mode::VerifyFull),
            ("postgres://u@db.example/d?sslmode=disable", Mode::Disable),
            ("postgres://u@LOCALHOST/d", Mode::Prefer),
            ("postgres://u@127.0.0.2,[::1]/d", Mode::Prefer),
            ("postgres:///d?host=/run/postgresql", Mode::Prefer),
            ("host=/run/postgresql user=u", Mode::Prefer),
            ("host=db.example hostaddr=127.0.0.1 user=u", Mode::Prefer),
        ] {
            assert_eq!(mode_of(address).unwrap(), expected, "{address}");
        }
    }

    #[test]
    fn a_mode_that_proves_nothing_is_a_mistake() {
        for (address, mend) in [
            ("postgres://u@db.example/d?sslmode=verify-ca", "sslmode=verify-full"),
            ("postgres://u@d/d?sslmode=verify-ca&sslrootcert=system", "sslmode=verify-full"),
            ("postgres://u@db.example/d?sslmode=on", "disable, prefer, require"),
        ] {
            let error = mode_of(address).unwrap_err();
            assert!(error.mend.contains(mend), "{error}");
        }
    }
}

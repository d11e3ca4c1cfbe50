//! A server on loopback that answers with given bytes and keeps every byte that it was sent.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What the server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Sends these bytes and then nothing for as long as the test may run.
    Hang(Vec<u8>),
}

/// An answer of HTTP.
pub(crate) fn http(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let mut bytes = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        bytes.push_str(&format!("{name}: {value}\r\n"));
    }
    Reply::Bytes([bytes.as_bytes(), b"\r\n", body].concat())
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers each request with the next reply, and the last one again and again.
    pub(crate) async fn start(replies: Vec<Reply>) -> Self {
        Self::with(replies, None).await
    }

    /// The same behind TLS, with a certificate that it signed itself.
    pub(crate) async fn self_signed(replies: Vec<Reply>) -> Self {
        let certificate = include_bytes!("../fixtures/tls/certificate.der").to_vec();
        let key = include_bytes!("../fixtures/tls/key.der").to_vec();
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.into()],
                PrivateKeyDer::try_from(key).unwrap(),
            )
            .unwrap();
        Self::with(replies, Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    async fn with(replies: Vec<Reply>, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heard);
        tokio::spawn(async move {
            let mut turn = 0;
            while let Ok((stream, _)) = listener.accept().await {
                let reply = replies[turn.min(replies.len() - 1)].clone();
                turn += 1;
                let (kept, tls) = (Arc::clone(&kept), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, reply, &kept).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(stream, reply, &kept).await;
                            }
                        }
                    }
                });
            }
        });
        Self { address, heard }
    }

    /// The URL of a path.
    pub(crate) fn url(&self, path: &str) -> url::Url {
        url::Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    /// The bytes of each request, in the order in which they came.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    reply: Reply,
    heard: &Mutex<Vec<String>>,
) {
    let mut request = Vec::new();
    let mut part = [0; 4096];
    while !is_whole(&request) {
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => break,
            Ok(read) => request.extend_from_slice(&part[..read]),
        }
    }
    heard
        .lock()
        .unwrap()
        .push(String::from_utf8_lossy(&request).into_owned());
    let (bytes, hang) = match reply {
        Reply::Bytes(bytes) => (bytes, false),
        Reply::Hang(bytes) => (bytes, true),
    };
    let _ = stream.write_all(&bytes).await;
    let _ = stream.flush().await;
    if hang {
        tokio::time::sleep(Duration::from_secs(600)).await;
    }
    let _ = stream.shutdown().await;
}

/// Whether the head and the body that it announces are there.
fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    body.len() >= length
}

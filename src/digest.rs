//! SHA-256 (FIPS 180-4) as lower-case hex: fingerprints of flows and of consent texts.

use alloc::string::String;
use sha2::{Digest, Sha256};

/// The SHA-256 of the bytes, 64 hex digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|d| char::from(b"0123456789abcdef"[usize::from(d)])).collect()
}

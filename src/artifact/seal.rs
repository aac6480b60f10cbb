//! A file vouches for its own bytes: blake3 over all of them, kept in the footer, taken with zeros in its
//! own place. It is checked before any byte is decoded, because Parquet readers believe what they read: a
//! flipped bit can come back as another number, and some damage makes them panic.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

const MARK: &[u8] = b"blake3:";
const HEX: usize = 64;
const MAGIC: &[u8] = b"PAR1";

/// The metadata value under which the seal is written, still open.
pub(crate) fn open_seal() -> String {
    format!("blake3:{}", "0".repeat(HEX))
}

/// What the bytes of a file say about themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seal {
    Sound,
    /// Sealed, and changed since.
    Broken,
    /// Has Parquet's first and last bytes, but no seal.
    None,
    /// Too short, or without Parquet's first or last bytes.
    NotParquet,
}

/// Closes the seal of a file that was written with [`open_seal`] in its footer.
pub(crate) fn close(file: &mut File) -> io::Result<()> {
    let at = locate(file)?.ok_or_else(|| io::Error::other("the footer has no place for its seal"))?;
    let (hash, _) = hash(file, at)?;
    file.seek(SeekFrom::Start(at))?;
    file.write_all(hash.as_bytes())
}

pub(crate) fn check(file: &mut (impl Read + Seek)) -> io::Result<Seal> {
    if !is_parquet(file)? {
        return Ok(Seal::NotParquet);
    }
    let Some(at) = locate(file)? else { return Ok(Seal::None) };
    let (expected, found) = hash(file, at)?;
    file.rewind()?;
    Ok(if expected.as_bytes() == found { Seal::Sound } else { Seal::Broken })
}

fn is_parquet(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? < 12 {
        return Ok(false);
    }
    let (mut head, mut tail) = ([0; 4], [0; 4]);
    file.rewind()?;
    file.read_exact(&mut head)?;
    file.seek(SeekFrom::End(-4))?;
    file.read_exact(&mut tail)?;
    Ok(head == MAGIC && tail == MAGIC)
}

/// Where the seal's digits start: after the last mark of the footer, which is the last metadata entry.
fn locate(file: &mut (impl Read + Seek)) -> io::Result<Option<u64>> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut footer_length = [0; 4];
    file.seek(SeekFrom::End(-8))?;
    file.read_exact(&mut footer_length)?;
    let footer_length = u64::from(u32::from_le_bytes(footer_length));
    let Some(start) = length.checked_sub(8 + footer_length) else { return Ok(None) };
    file.seek(SeekFrom::Start(start))?;
    let mut footer = Vec::new();
    file.by_ref().take(footer_length).read_to_end(&mut footer)?;
    let digits = |at: &usize| footer.get(at + MARK.len()..at + MARK.len() + HEX);
    let sealed = |at: &usize| digits(at).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    let mut marks = (0..footer.len()).rev().filter(|&at| footer[at..].starts_with(MARK));
    Ok(marks.find(sealed).map(|at| start + (at + MARK.len()) as u64))
}

/// The hash of the file with zeros for the digits at `at`, and those digits.
fn hash(file: &mut (impl Read + Seek), at: u64) -> io::Result<(String, Vec<u8>)> {
    let mut hasher = blake3::Hasher::new();
    file.rewind()?;
    let mut buffer = vec![0; 1 << 16];
    let mut before = at;
    while before > 0 {
        let wanted = usize::try_from(before).map_or(buffer.len(), |before| before.min(buffer.len()));
        let part = &mut buffer[..wanted];
        file.read_exact(part)?;
        hasher.update(part);
        before -= wanted as u64;
    }
    let mut digits = vec![0; HEX];
    file.read_exact(&mut digits)?;
    hasher.update(&[b'0'; HEX]);
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => hasher.update(&buffer[..read]),
        };
    }
    Ok((hasher.finalize().to_hex().to_string(), digits))
}

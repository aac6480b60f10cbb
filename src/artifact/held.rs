//! A file that is read: a small one as it stood at one moment, in memory, a larger one piece by piece.

use super::seal::{self, Seal};
use bytes::Bytes;
use parquet::errors::Result;
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

/// Bytes up to which reading all of a file takes no longer than finding one's way in it.
const SMALL: u64 = 1 << 20;

pub(crate) enum Held {
    Memory(Bytes),
    File(File),
}

impl Held {
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        if length > SMALL {
            return Ok(Self::File(file));
        }
        let mut bytes = Vec::with_capacity(length as usize + 1);
        file.read_to_end(&mut bytes)?;
        Ok(Self::Memory(bytes.into()))
    }

    pub fn seal(&mut self) -> io::Result<Seal> {
        match self {
            Self::Memory(bytes) => seal::check(&mut Cursor::new(bytes)),
            Self::File(file) => seal::check(file),
        }
    }
}

impl Length for Held {
    fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File(file) => Length::len(file),
        }
    }
}

impl ChunkReader for Held {
    type T = Box<dyn Read>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(match self {
            Self::Memory(bytes) => Box::new(bytes.get_read(start)?),
            Self::File(file) => Box::new(file.get_read(start)?),
        })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        match self {
            Self::Memory(bytes) => bytes.get_bytes(start, length),
            Self::File(file) => file.get_bytes(start, length),
        }
    }
}

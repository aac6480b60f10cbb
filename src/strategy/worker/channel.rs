//! Frames between the engine and the host: magic, nonce, header length (u32), payload length (u64), JSON
//! header, raw payload; little-endian. A reply has to carry its request's nonce, so that bytes which user
//! code managed to write to the channel are seen for what they are.

use serde::Serialize;

const MAGIC: &[u8; 4] = b"CBT1";
const PREFIX: usize = 4 + 16 + 4 + 8;
/// No honest reply has a longer header.
const HEADER_LIMIT: usize = 1 << 20;

pub(super) type Nonce = [u8; 16];

#[derive(Debug)]
pub(super) struct Frame {
    pub header: Vec<u8>,
    pub payload: Vec<u8>,
}

pub(super) fn encode(nonce: &Nonce, header: &impl Serialize, payload: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    let header = serde_json::to_vec(header)?;
    let mut frame = Vec::with_capacity(PREFIX + header.len() + payload.len());
    frame.extend_from_slice(MAGIC);
    frame.extend_from_slice(nonce);
    frame.extend_from_slice(&u32::try_from(header.len()).unwrap_or(u32::MAX).to_le_bytes());
    frame.extend_from_slice(&(payload.len() as u64).to_le_bytes());
    frame.extend_from_slice(&header);
    frame.extend_from_slice(payload);
    Ok(frame)
}

/// Takes one frame off the front of `bytes`; None while it is incomplete.
pub(super) fn take(bytes: &mut Vec<u8>, nonce: &Nonce, payload_limit: usize) -> Result<Option<Frame>, String> {
    let seen = bytes.len().min(20);
    let expected: Vec<u8> = MAGIC.iter().chain(nonce).copied().collect();
    if bytes[..seen] != expected[..seen] {
        return Err("bytes on the worker's channel that are no reply to the request".to_owned());
    }
    let (Some(header), Some(payload)) = (length::<4>(bytes, 20), length::<8>(bytes, 24)) else { return Ok(None) };
    if header > HEADER_LIMIT || payload > payload_limit {
        return Err(format!("a reply of {header} + {payload} bytes, which is more than was asked for"));
    }
    let end = PREFIX + header + payload;
    if bytes.len() < end {
        return Ok(None);
    }
    let rest = bytes.split_off(end);
    let mut frame = std::mem::replace(bytes, rest);
    let payload = frame.split_off(PREFIX + header);
    frame.drain(..PREFIX);
    Ok(Some(Frame { header: frame, payload }))
}

fn length<const N: usize>(bytes: &[u8], at: usize) -> Option<usize> {
    let mut word = [0; 8];
    word[..N].copy_from_slice(bytes.get(at..at + N)?);
    Some(usize::try_from(u64::from_le_bytes(word)).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: Nonce = [7; 16];

    #[test]
    fn frames_come_back_in_pieces() {
        let bytes = encode(&NONCE, &"header", &[1, 2, 3]).unwrap();
        let mut held = Vec::new();
        for (index, byte) in bytes.iter().enumerate() {
            held.push(*byte);
            let frame = take(&mut held, &NONCE, 3).unwrap();
            assert_eq!(frame.is_some(), index + 1 == bytes.len());
            if let Some(frame) = frame {
                assert_eq!(
                    (frame.header.as_slice(), frame.payload.as_slice()),
                    (b"\"header\"".as_slice(), [1, 2, 3].as_slice())
                );
            }
        }
        assert!(held.is_empty());
    }

    #[test]
    fn garbage_other_nonces_and_bombs_are_refused() {
        assert!(take(&mut b"Traceback".to_vec(), &NONCE, 8).is_err());
        assert!(take(&mut encode(&[8; 16], &"x", &[]).unwrap(), &NONCE, 8).is_err());
        assert!(take(&mut encode(&NONCE, &"x", &[0; 9]).unwrap(), &NONCE, 8).is_err());
        let mut huge = encode(&NONCE, &"x", &[]).unwrap();
        huge[24..32].fill(0xff);
        assert!(take(&mut huge, &NONCE, 8).is_err());
    }
}

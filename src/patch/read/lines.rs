/// Where lines begin. LF, CRLF and a lone CR all end a line.
pub(super) struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends_line = |at: usize, byte: u8| byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
        let ends = bytes.iter().enumerate().filter(|&(at, &byte)| ends_line(at, byte)).map(|(at, _)| at + 1);
        Self { starts: std::iter::once(0).chain(ends).collect() }
    }

    /// One-based line of a byte offset.
    pub fn line(&self, offset: usize) -> u32 {
        narrow(self.starts.partition_point(|&start| start <= offset))
    }
}

/// Offsets fit: a text of 4 GiB is refused before it is read.
pub(super) fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_ending_counts_once() {
        let lines = Lines::of("a\nb\r\nc\rd");
        assert_eq!([0, 1, 2, 4, 5, 6, 7].map(|at| lines.line(at)), [1, 1, 2, 2, 3, 3, 4]);
    }
}

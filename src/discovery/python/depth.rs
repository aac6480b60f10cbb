/// CPython refuses more than 200 open brackets and 100 indentations itself; the operator limit keeps
/// left-leaning chains (`1 + 1 + …`, `a.b.c…`) from growing a tree no recursive walk could cross.
const BRACKETS: usize = 200;
const INDENTS: usize = 100;
const OPERATORS: usize = 2_000;

/// Why the text is nested too deeply to be parsed, with the byte where it was seen.
pub fn too_deep(text: &str) -> Option<(usize, &'static str)> {
    let bytes = text.as_bytes();
    // Operators since the last separator, per open bracket.
    let mut open: Vec<usize> = vec![0];
    let mut pending = 0;
    let mut indents: Vec<usize> = vec![0];
    let mut line_start = true;
    let mut at = 0;
    while at < bytes.len() {
        if line_start && open.len() == 1 {
            let width = bytes[at..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            at += width;
            if !matches!(bytes.get(at), None | Some(b'\n' | b'\r' | b'#')) {
                while indents.len() > 1 && indents.last().is_some_and(|&last| last > width) {
                    indents.pop();
                }
                if indents.last().is_some_and(|&last| last < width) {
                    indents.push(width);
                }
                if indents.len() > INDENTS {
                    return Some((at, "indented more than 100 levels"));
                }
            }
            line_start = false;
            continue;
        }
        let byte = bytes[at];
        match byte {
            b'#' => {
                at += bytes[at..].iter().take_while(|&&b| b != b'\n').count();
                continue;
            }
            b'\'' | b'"' => {
                let formatted = at > 0 && is_format_prefix(bytes, at);
                let end = string_end(bytes, at);
                if formatted {
                    let nested =
                        bytes[at..end].iter().filter(|b| b.is_ascii_punctuation() && !b"'\",:;_\\".contains(b)).count();
                    if nested > OPERATORS {
                        return Some((at, "an f-string of more than 2000 operators"));
                    }
                }
                at = end;
                continue;
            }
            b'(' | b'[' | b'{' => {
                open.push(0);
                if open.len() > BRACKETS {
                    return Some((at, "more than 200 open brackets"));
                }
            }
            b')' | b']' | b'}' if open.len() > 1 => {
                pending -= open.pop().unwrap_or(0);
                count(&mut open, &mut pending);
            }
            b',' | b';' => reset(&mut open, &mut pending),
            b'\n' => {
                line_start = true;
                let continued = at > 0 && bytes[at - 1] == b'\\';
                if open.len() == 1 && !continued {
                    reset(&mut open, &mut pending);
                }
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                let word = bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
                if matches!(&bytes[at..at + word], b"not" | b"lambda" | b"if" | b"else" | b"await" | b"yield" | b"for")
                {
                    count(&mut open, &mut pending);
                }
                at += word;
                if pending > OPERATORS {
                    return Some((at, "an expression of more than 2000 operators"));
                }
                continue;
            }
            b'+' | b'-' | b'*' | b'/' | b'%' | b'~' | b'@' | b'.' | b'<' | b'>' | b'=' | b'&' | b'|' | b'^' | b':' => {
                count(&mut open, &mut pending);
            }
            _ => {}
        }
        if pending > OPERATORS {
            return Some((at, "an expression of more than 2000 operators"));
        }
        at += 1;
    }
    None
}

fn count(open: &mut [usize], pending: &mut usize) {
    if let Some(last) = open.last_mut() {
        *last += 1;
        *pending += 1;
    }
}

fn reset(open: &mut [usize], pending: &mut usize) {
    if let Some(last) = open.last_mut() {
        *pending -= *last;
        *last = 0;
    }
}

fn is_format_prefix(bytes: &[u8], quote: usize) -> bool {
    bytes[..quote]
        .iter()
        .rev()
        .take(2)
        .take_while(|b| b.is_ascii_alphabetic())
        .any(|b| matches!(b, b'f' | b'F' | b't' | b'T'))
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let triple = bytes.get(start + 1) == Some(&quote) && bytes.get(start + 2) == Some(&quote);
    let mut at = start + if triple { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' if !triple => return at,
            b if b == quote => {
                if !triple {
                    return at + 1;
                }
                if bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote) {
                    return at + 3;
                }
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::too_deep;

    #[test]
    fn ordinary_code_passes() {
        let table = format!("X = [{}]\n", "[-1.0, +2.5e-3, 'a(b'], ".repeat(5_000));
        assert_eq!(too_deep(&table), None);
        assert_eq!(too_deep("def f(x):\n    return x.a.b(1)[2] if x else -1  # ((((\n"), None);
        let repeated = "def f(x):\n    if x:\n        return 1\n    return 2\n".repeat(500);
        assert_eq!(too_deep(&repeated), None);
    }

    #[test]
    fn hostile_nesting_is_refused() {
        assert!(too_deep(&"(".repeat(300)).is_some());
        assert!(too_deep(&format!("x = {}1", "-".repeat(5_000))).is_some());
        assert!(too_deep(&format!("x = {}1", "not ".repeat(5_000))).is_some());
        assert!(too_deep(&format!("x = a{}", ".b()".repeat(5_000))).is_some());
        assert!(too_deep(&format!("x = f\"{{{}1}}\"", "-".repeat(5_000))).is_some());
        let steps: String = (0..150).map(|n| format!("{}if x:\n", " ".repeat(n))).collect();
        assert!(too_deep(&steps).is_some());
    }
}

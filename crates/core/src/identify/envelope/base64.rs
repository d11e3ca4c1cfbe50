//! Base64 as Kinesis writes it: both alphabets, padding and line breaks as they come. Must not know what is encoded.

/// The bytes, or nothing for a text that is no base64.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0u32);
    let mut digits = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    for digit in digits.by_ref() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 0xff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    (digits.all(|digit| digit == b'=') && held < 6).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_with_and_without_padding_and_refuses_other_texts() {
        for (text, bytes) in [
            ("", &b""[..]),
            ("Zg==", b"f"),
            ("Zm8", b"fo"),
            ("Zm9v\r\nYmFy", b"foobar"),
            ("-_8=", &[0xfb, 0xff]),
        ] {
            assert_eq!(decode(text).as_deref(), Some(bytes), "{text}");
        }
        for text in ["Z", "Zm9v!", "Zg==Zg"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}

//! Fixed-width integers in 64-bit limbs, the lowest first, in two's complement; and ratios of them as floats, rounded
//! once.

pub type Limbs<const L: usize> = [u64; L];

/// `sum += value << shift`, modulo 2^(64 L).
pub fn add_shifted<const L: usize>(sum: &mut Limbs<L>, value: u128, shift: u32) {
    let mut carry = false;
    for (limb, part) in sum[(shift / 64) as usize..].iter_mut().zip(parts(value, shift % 64)) {
        (*limb, carry) = limb.carrying_add(part, carry);
    }
    for limb in sum.iter_mut().skip((shift / 64 + 3) as usize) {
        if !carry {
            break;
        }
        (*limb, carry) = limb.overflowing_add(1);
    }
}

/// `sum -= value << shift`, modulo 2^(64 L).
pub fn sub_shifted<const L: usize>(sum: &mut Limbs<L>, value: u128, shift: u32) {
    let mut borrow = false;
    for (limb, part) in sum[(shift / 64) as usize..].iter_mut().zip(parts(value, shift % 64)) {
        (*limb, borrow) = limb.borrowing_sub(part, borrow);
    }
    for limb in sum.iter_mut().skip((shift / 64 + 3) as usize) {
        if !borrow {
            break;
        }
        (*limb, borrow) = limb.overflowing_sub(1);
    }
}

fn parts(value: u128, shift: u32) -> [u64; 3] {
    let low = value << shift;
    let over = if shift == 0 { 0 } else { (value >> (128 - shift)) as u64 };
    [low as u64, (low >> 64) as u64, over]
}

pub fn is_negative<const L: usize>(value: &Limbs<L>) -> bool {
    value[L - 1] >> 63 == 1
}

pub fn magnitude<const L: usize>(value: &Limbs<L>) -> Limbs<L> {
    if !is_negative(value) {
        return *value;
    }
    let mut carry = true;
    value.map(|limb| {
        let (negated, over) = (!limb).overflowing_add(u64::from(carry));
        carry = over;
        negated
    })
}

/// `value * factor`, modulo 2^(64 L).
pub fn times<const L: usize>(value: &Limbs<L>, factor: u64) -> Limbs<L> {
    let mut carry = 0;
    value.map(|limb| {
        let product = u128::from(limb) * u128::from(factor) + u128::from(carry);
        carry = (product >> 64) as u64;
        product as u64
    })
}

/// `value -= root²` for a root that is not negative.
pub fn sub_square<const L: usize>(value: &mut Limbs<L>, root: &Limbs<L>) {
    let used = L - root.iter().rev().take_while(|limb| **limb == 0).count();
    for i in 0..used {
        for j in 0..used.min(L - i) {
            sub_shifted(value, u128::from(root[i]) * u128::from(root[j]), 64 * (i + j) as u32);
        }
    }
}

/// The highest 192 bits, the highest one set: the value is theirs times 2^exponent, and a little more where the flag
/// says so. None for zero.
fn leading<const L: usize>(value: &Limbs<L>) -> Option<([u64; 3], i32, bool)> {
    let top = value.iter().rposition(|limb| *limb != 0)?;
    let zeros = value[top].leading_zeros();
    let limb = |index: isize| usize::try_from(index).map_or(0, |index| value[index]);
    let first = top as isize - 2;
    let leading = std::array::from_fn(|index| {
        let at = first + index as isize;
        if zeros == 0 { limb(at) } else { limb(at) << zeros | limb(at - 1) >> (64 - zeros) }
    });
    let cut = (first - 1).max(-1);
    let below = (0..=cut).any(|index| {
        let bits = if index == cut && zeros != 0 { limb(index) << zeros } else { limb(index) };
        bits != 0
    });
    Some((leading, 64 * first as i32 - zeros as i32, below))
}

/// `value / divisor`, rounded down to its 128 highest bits, the highest one set: times 2^exponent, and a little more
/// where the flag says so. None for zero.
fn quotient<const L: usize>(value: &Limbs<L>, divisor: u64) -> Option<(u128, i32, bool)> {
    let (mut limbs, exponent, mut more) = leading(value)?;
    let mut rest = 0_u64;
    for limb in limbs.iter_mut().rev() {
        let part = u128::from(rest) << 64 | u128::from(*limb);
        *limb = (part / u128::from(divisor)) as u64;
        rest = (part % u128::from(divisor)) as u64;
    }
    more |= rest != 0;
    let (highest, shift, below) = leading(&limbs)?;
    more |= below || highest[0] != 0;
    Some((u128::from(highest[2]) << 64 | u128::from(highest[1]), exponent + shift + 64, more))
}

/// `value / divisor * 2^exponent` as the next float. None where it overflows.
pub fn ratio<const L: usize>(value: &Limbs<L>, divisor: u64, exponent: i32) -> Option<f64> {
    let Some((bits, shift, more)) = quotient(value, divisor) else { return Some(0.0) };
    rounded(bits, exponent + shift, more)
}

/// The square root of that.
pub fn root<const L: usize>(value: &Limbs<L>, divisor: u64, exponent: i32) -> Option<f64> {
    let Some((bits, shift, more)) = quotient(value, divisor) else { return Some(0.0) };
    let mut exponent = exponent + shift;
    let (mut bits, mut more) = (bits, more);
    if exponent % 2 != 0 {
        more |= bits & 1 == 1;
        bits >>= 1;
        exponent += 1;
    }
    let root = bits.isqrt();
    more |= root * root != bits;
    rounded(root, exponent / 2, more)
}

/// `bits * 2^exponent`, and a little more where the flag says so, as the next float, ties to even. None where it
/// overflows. At least 64 bits.
fn rounded(bits: u128, exponent: i32, more: bool) -> Option<f64> {
    let extra = 64 - bits.leading_zeros() as i32;
    let more = more || bits & ((1 << extra) - 1) != 0;
    let (bits, exponent) = ((bits >> extra) as u64, exponent + extra);
    // Exponent of the float's last bit; subnormal ones share the lowest.
    let last = (exponent + 64 - 53).max(-1_074);
    let drop = last - exponent;
    if drop > 64 {
        return Some(0.0);
    }
    let kept = if drop == 64 { 0 } else { bits >> drop };
    let half = 1_u64 << (drop - 1);
    let below = bits & (half | (half - 1));
    let up = below > half || (below == half && (more || kept % 2 == 1));
    // The leading bit of a normal float is implied, and adds one to the exponent here.
    let bits = ((last + 1_074) as u64) << 52;
    let float = f64::from_bits(bits.checked_add(kept + u64::from(up))?);
    (last < 972 && float.is_finite()).then_some(float)
}

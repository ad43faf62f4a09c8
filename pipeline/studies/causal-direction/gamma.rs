//! The gamma distribution's upper tail, as a logarithm: p-values of large samples underflow.

/// ln Gamma(a) for a > 0 (Lanczos, g = 7).
fn ln_gamma(a: f64) -> f64 {
    const LANCZOS: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let a = a - 1.0;
    let sum = LANCZOS[1..].iter().zip(1u8..).fold(LANCZOS[0], |sum, (term, i)| sum + term / (a + f64::from(i)));
    let t = a + 7.5;
    0.5 * std::f64::consts::TAU.ln() + (a + 0.5) * t.ln() - t + sum.ln()
}

/// ln P(X > x) of a gamma variable with this shape and scale 1.
pub(super) fn ln_survival(shape: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    let density = shape * x.ln() - x - ln_gamma(shape);
    if x < shape + 1.0 {
        // The lower tail's series: sum of x^k / (a (a+1) ... (a+k)).
        let (mut term, mut sum, mut a) = (1.0 / shape, 1.0 / shape, shape);
        while term > sum * 1e-17 {
            a += 1.0;
            term *= x / a;
            sum += term;
        }
        return (-(density.exp() * sum).min(1.0)).ln_1p();
    }
    // The upper tail's continued fraction, by Lentz's method.
    let mut b = x + 1.0 - shape;
    let (mut c, mut d) = (f64::MAX, 1.0 / b);
    let mut fraction = d;
    for i in 1..10_000u16 {
        let i = f64::from(i);
        let a = -i * (i - shape);
        b += 2.0;
        d = 1.0 / (a * d + b);
        c = b + a / c;
        fraction *= c * d;
        if (c * d - 1.0).abs() < 1e-15 {
            break;
        }
    }
    density + fraction.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integer_shapes_have_a_closed_form() {
        // P(X > x) = exp(-x) sum over k < a of x^k / k!
        for (shape, x) in [(1.0, 0.3), (1.0, 40.0), (3.0, 2.0), (3.0, 9.0), (12.0, 5.0), (12.0, 300.0)] {
            let (mut term, mut sum) = (1.0, 0.0);
            for k in 1..=shape as u32 {
                sum += term;
                term *= x / f64::from(k);
            }
            let (found, expected) = (ln_survival(shape, x), f64::ln(sum) - x);
            assert!((found - expected).abs() < 1e-12 * expected.abs().max(1.0), "{shape} {x}: {found} {expected}");
        }
    }

    #[test]
    fn logarithms_of_factorials() {
        let factorial = (1..=20u8).fold(0.0, |sum, k| sum + f64::from(k).ln());
        assert!((ln_gamma(21.0) - factorial).abs() < 1e-13 * factorial);
        assert!((ln_gamma(0.5) - 0.5 * std::f64::consts::PI.ln()).abs() < 1e-14);
        assert_eq!(ln_survival(2.5, 0.0), 0.0);
    }
}

//! Elementary functions that are the same on every machine.
//!
//! `f32::tanh`, `f64::exp` and their like call the C library, whose last bits differ between
//! glibc versions and between glibc and musl. This file defines those C symbols for the whole
//! program with the correctly rounded functions of `pxfm`; the linker prefers an executable's own
//! symbols over a library's, so unmodified burn and nalgebra use them as well. `sqrt`, `fma` and
//! rounding are exact by IEEE 754 and stay as they are.
//!
//! [`linked`] tells whether it worked; `saigen doctor` and a test ask it.
#![expect(unsafe_code, reason = "exporting a C symbol is unsafe in the 2024 edition, and `sincos` answers through pointers")]

macro_rules! export {
    ($($symbol:ident($($argument:ident),+): $float:ty = $function:path;)+) => {
        $(
            // Sound: the signature is the C standard's for this name, and the body is safe code.
            #[unsafe(no_mangle)]
            extern "C" fn $symbol($($argument: $float),+) -> $float {
                $function($($argument),+)
            }
        )+
    };
}

export! {
    exp(x): f64 = pxfm::f_exp;
    exp2(x): f64 = pxfm::f_exp2;
    expm1(x): f64 = pxfm::f_expm1;
    log(x): f64 = pxfm::f_log;
    log2(x): f64 = pxfm::f_log2;
    log10(x): f64 = pxfm::f_log10;
    log1p(x): f64 = pxfm::f_log1p;
    pow(x, y): f64 = pxfm::f_pow;
    sin(x): f64 = pxfm::f_sin;
    cos(x): f64 = pxfm::f_cos;
    tan(x): f64 = pxfm::f_tan;
    sinh(x): f64 = pxfm::f_sinh;
    cosh(x): f64 = pxfm::f_cosh;
    tanh(x): f64 = pxfm::f_tanh;
    asin(x): f64 = pxfm::f_asin;
    acos(x): f64 = pxfm::f_acos;
    atan(x): f64 = pxfm::f_atan;
    atan2(y, x): f64 = pxfm::f_atan2;
    hypot(x, y): f64 = pxfm::f_hypot;
    cbrt(x): f64 = pxfm::f_cbrt;
    expf(x): f32 = pxfm::f_expf;
    exp2f(x): f32 = pxfm::f_exp2f;
    expm1f(x): f32 = pxfm::f_expm1f;
    logf(x): f32 = pxfm::f_logf;
    log2f(x): f32 = pxfm::f_log2f;
    log10f(x): f32 = pxfm::f_log10f;
    log1pf(x): f32 = pxfm::f_log1pf;
    powf(x, y): f32 = pxfm::f_powf;
    sinf(x): f32 = pxfm::f_sinf;
    cosf(x): f32 = pxfm::f_cosf;
    tanf(x): f32 = pxfm::f_tanf;
    sinhf(x): f32 = pxfm::f_sinhf;
    coshf(x): f32 = pxfm::f_coshf;
    tanhf(x): f32 = pxfm::f_tanhf;
    asinf(x): f32 = pxfm::f_asinf;
    acosf(x): f32 = pxfm::f_acosf;
    atanf(x): f32 = pxfm::f_atanf;
    atan2f(y, x): f32 = pxfm::f_atan2f;
    hypotf(x, y): f32 = pxfm::f_hypotf;
    cbrtf(x): f32 = pxfm::f_cbrtf;
}

macro_rules! export_sincos {
    ($($symbol:ident: $float:ty = $sin:path, $cos:path;)+) => {
        $(
            /// What compilers make of a sine and a cosine of one angle.
            ///
            /// # Safety
            /// As the C library's: both pointers are valid for a write. Only compilers call it, with
            /// places of their own.
            #[unsafe(no_mangle)]
            unsafe extern "C" fn $symbol(x: $float, sin: *mut $float, cos: *mut $float) {
                // Sound by the contract above.
                unsafe {
                    *sin = $sin(x);
                    *cos = $cos(x);
                }
            }
        )+
    };
}

export_sincos! {
    sincos: f64 = pxfm::f_sin, pxfm::f_cos;
    sincosf: f32 = pxfm::f_sinf, pxfm::f_cosf;
}

/// Whether the standard library's functions now are ours, found by comparing bits over inputs of
/// which glibc rounds a few percent otherwise.
pub fn linked() -> bool {
    let mut inputs = (1..4000u16).map(|i| f32::from(i) * 0.002);
    inputs.all(|x| {
        let same = |a: f32, b: f32| a.to_bits() == b.to_bits();
        let x = std::hint::black_box(x);
        same(x.tanh(), pxfm::f_tanhf(x)) && same(x.ln_1p(), pxfm::f_log1pf(x)) && same(x.sin(), pxfm::f_sinf(x))
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_standard_library_calls_these() {
        assert!(super::linked());
    }

    /// Sixty inputs a function and float type, with their correctly rounded values from a
    /// computation in 200 bits.
    #[test]
    fn known_bits() {
        type Functions<F> = [(&'static str, fn(F) -> F); 12];
        let double: Functions<f64> = [
            ("exp", f64::exp),
            ("exp_m1", f64::exp_m1),
            ("ln", f64::ln),
            ("ln_1p", f64::ln_1p),
            ("sin", f64::sin),
            ("cos", f64::cos),
            ("tan", f64::tan),
            ("tanh", f64::tanh),
            ("atan", f64::atan),
            ("sinh", f64::sinh),
            ("cosh", f64::cosh),
            ("cbrt", f64::cbrt),
        ];
        let single: Functions<f32> = [
            ("exp", f32::exp),
            ("exp_m1", f32::exp_m1),
            ("ln", f32::ln),
            ("ln_1p", f32::ln_1p),
            ("sin", f32::sin),
            ("cos", f32::cos),
            ("tan", f32::tan),
            ("tanh", f32::tanh),
            ("atan", f32::atan),
            ("sinh", f32::sinh),
            ("cosh", f32::cosh),
            ("cbrt", f32::cbrt),
        ];
        let reference = crate::reference("elementary");
        let table = |name: &str, float: &str| -> Vec<[u64; 2]> {
            let rows: Vec<[String; 2]> = serde_json::from_value(reference[name][float].clone()).unwrap();
            rows.iter().map(|row| row.each_ref().map(|bits| u64::from_str_radix(bits, 16).unwrap())).collect()
        };
        for (name, function) in double {
            for [x, expected] in table(name, "f64") {
                let x = f64::from_bits(x);
                assert_eq!(function(x).to_bits(), expected, "{name}({x:e})");
            }
        }
        for (name, function) in single {
            for [x, expected] in table(name, "f32") {
                let x = f32::from_bits(x as u32);
                assert_eq!(function(x).to_bits(), expected as u32, "{name}({x:e})");
            }
        }
    }

    #[test]
    fn sine_and_cosine_of_one_angle_are_those_of_each() {
        for angle in (0..1000).map(|at| f64::from(at) * 0.017) {
            let (sin, cos) = std::hint::black_box(angle).sin_cos();
            assert_eq!((sin.to_bits(), cos.to_bits()), (pxfm::f_sin(angle).to_bits(), pxfm::f_cos(angle).to_bits()));
        }
    }
}

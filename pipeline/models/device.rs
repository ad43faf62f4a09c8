//! Devices by name. `Device::default()` follows the enabled features, so it is never used.

use burn::backend::DispatchDevice;
use burn::tensor::Device;

/// The device of a backend of this name, without automatic differentiation.
///
/// # Errors
/// A message with the way out where this build does not have the backend.
pub fn device(backend: &str) -> Result<Device, String> {
    match backend {
        "flex" => Ok(Device::flex()),
        "ndarray" => Ok(ndarray()),
        #[cfg(feature = "cuda")]
        "cuda" => Ok(Device::cuda(0)),
        other => Err(format!("this build has no backend '{other}'; build with `--features cuda` for an NVIDIA GPU")),
    }
}

/// Whether our own kernels run on this device: they are written for burn's flex backend.
pub(crate) fn has_fused_operations(device: &Device) -> bool {
    matches!(device.clone().inner().as_dispatch(), DispatchDevice::Flex(_))
}

#[expect(deprecated, reason = "burn drops ndarray after 0.22; until then it is our second implementation on the CPU")]
fn ndarray() -> Device {
    Device::ndarray()
}

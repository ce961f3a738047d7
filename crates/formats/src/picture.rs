//! Photographs: a JPEG, PNG or WebP file in; upright JPEGs in a few widths out, with nothing in them but the pixels.
//!
//! What a camera writes beside the picture (EXIF with the place and the serial number, comments, thumbnails) is not
//! carried over, as every file is encoded anew. Colours are brought to sRGB, in which browsers read a file that does not
//! say otherwise (CSS Color 4, § 12).

use std::io::Cursor;

use cadastre::picture::{MAX_PIXELS, Size};
use image::{
    DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgb, RgbImage, codecs::jpeg::JpegEncoder,
    imageops::FilterType, metadata::Orientation,
};
use moxcms::{ColorProfile, Layout, TransformOptions};
use sha2::{Digest as _, Sha256};

/// Quality of what is kept, 1 to 100: a façade at 1,600 pixels takes about 300 kB.
const QUALITY: u8 = 82;
/// Bytes a pixel in the largest form that a file may decode to: four channels of 16 bits.
const MAX_PIXEL_BYTES: u64 = 8;

/// A file is no picture that can be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Neither JPEG nor PNG nor WebP.
    #[error("must be a JPEG, PNG or WebP file")]
    Format,
    /// Too large, too small, or a strip.
    #[error("{reason}")]
    Size {
        /// What is expected.
        reason: String,
    },
    /// Cut short, or not what it says it is.
    #[error("cannot be read: {reason}")]
    Broken {
        /// Why.
        reason: String,
    },
}

/// One form of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Its size.
    pub size: Size,
    /// JPEG file.
    pub bytes: Vec<u8>,
}

/// A picture as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forms {
    /// The smallest first; in the sizes of [`Size::kept`]. There is at least one.
    pub forms: Vec<Form>,
    /// Size of the largest form.
    pub size: Size,
    /// SHA-256 of the largest form, hexadecimal.
    pub sha256: String,
}

/// Reads a file and makes of it what is kept. Takes CPU: about a second for twelve million pixels, and memory of up to
/// eight bytes for each of them.
///
/// The size stands in the head of a file and is held against the limits before anything of the picture is decoded.
pub fn read(file: &[u8]) -> Result<Forms, PictureError> {
    let broken = |error: &dyn std::error::Error| PictureError::Broken { reason: error.to_string() };
    let reader = ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(|error| broken(&error))?;
    match reader.format() {
        Some(ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) => {}
        _ => return Err(PictureError::Format),
    }
    let mut decoder = reader.into_decoder().map_err(|error| broken(&error))?;
    let (width, height) = decoder.dimensions();
    Size { width, height }.check().map_err(|reason| PictureError::Size { reason })?;
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_PIXELS * MAX_PIXEL_BYTES);
    decoder.set_limits(limits).map_err(|error| broken(&error))?;
    // A file without either, or with one that cannot be read, is taken as upright and in sRGB.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| broken(&error))?;
    write(smallest_sufficient(picture, orientation), profile.as_deref())
}

/// Makes what is kept of pixels in sRGB, three bytes each, row by row from the top; nothing if they are not so many.
pub fn of_pixels(size: Size, pixels: Vec<u8>) -> Option<Forms> {
    write(RgbImage::from_raw(size.width, size.height, pixels)?, None).ok()
}

/// The picture upright, without transparency, and no larger than its largest form.
fn smallest_sufficient(picture: DynamicImage, orientation: Orientation) -> RgbImage {
    let mut picture = DynamicImage::ImageRgb8(opaque(picture));
    let upright = upright_size(&picture, orientation);
    let largest = upright.largest();
    if largest != upright {
        // Resized as it lies: so little is turned afterwards.
        let lying =
            if is_turned(orientation) { (largest.height, largest.width) } else { (largest.width, largest.height) };
        picture = picture.resize_exact(lying.0, lying.1, FilterType::Lanczos3);
    }
    picture.apply_orientation(orientation);
    picture.into_rgb8()
}

fn is_turned(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

fn upright_size(picture: &DynamicImage, orientation: Orientation) -> Size {
    let (width, height) = (picture.width(), picture.height());
    if is_turned(orientation) { Size { width: height, height: width } } else { Size { width, height } }
}

/// What is transparent is white, as JPEG knows no transparency.
fn opaque(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0.map(u16::from);
        let over_white = |channel: u16| ((channel * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        Rgb([over_white(red), over_white(green), over_white(blue)])
    })
}

fn write(mut picture: RgbImage, profile: Option<&[u8]>) -> Result<Forms, PictureError> {
    if let Some(profile) = profile {
        to_srgb(&mut picture, profile);
    }
    let size = Size { width: picture.width(), height: picture.height() };
    let mut forms = Vec::new();
    for size in size.kept() {
        let is_whole = size.width == picture.width();
        let smaller =
            (!is_whole).then(|| image::imageops::resize(&picture, size.width, size.height, FilterType::Lanczos3));
        forms.push(Form { size, bytes: jpeg(smaller.as_ref().unwrap_or(&picture))? });
    }
    let largest = forms.last().map_or(&[][..], |form| &form.bytes);
    let sha256 = Sha256::digest(largest).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Forms { forms, size, sha256 })
}

/// Brings the colours to sRGB. A profile that is none, or not of RGB, leaves them as they are.
fn to_srgb(picture: &mut RgbImage, profile: &[u8]) {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return };
    let srgb = ColorProfile::new_srgb();
    let Ok(transform) = profile.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, TransformOptions::default())
    else {
        return;
    };
    let mut converted = vec![0; picture.as_raw().len()];
    if transform.transform(picture.as_raw(), &mut converted).is_ok() {
        picture.copy_from_slice(&converted);
    }
}

fn jpeg(picture: &RgbImage) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode_image(picture)
        .map_err(|error| PictureError::Broken { reason: error.to_string() })?;
    Ok(bytes)
}

#[cfg(test)]
#[path = "picture_tests.rs"]
mod tests;

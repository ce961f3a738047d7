//! Files as cameras write them, and files as nobody should.

use std::io::Cursor;

use image::{DynamicImage, ImageEncoder as _, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage, codecs::png::PngEncoder};

use super::{PictureError, read};
use cadastre::picture::Size;

/// Left half red, right half blue; the top left quarter is green.
fn sample(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| match (x < width / 2, y < height / 2) {
        (true, true) => Rgb([0, 160, 0]),
        (true, false) => Rgb([200, 0, 0]),
        (false, _) => Rgb([0, 0, 200]),
    })
}

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// EXIF (2.32, § 4.6) with an orientation and the place where the picture was taken.
fn exif(orientation: u16) -> Vec<u8> {
    let mut bytes = b"Exif\0\0MM\0*\0\0\0\x08\0\x02".to_vec();
    bytes.extend_from_slice(&[0x01, 0x12, 0, 3, 0, 0, 0, 1]);
    bytes.extend_from_slice(&orientation.to_be_bytes());
    bytes.extend_from_slice(&[0, 0]);
    // GPSInfo → directory at 38.
    bytes.extend_from_slice(&[0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0]);
    bytes.extend_from_slice(&[0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend_from_slice(b"SERIAL-4711");
    bytes
}

/// A JPEG with EXIF as its first segment.
fn photograph(width: u32, height: u32, orientation: u16) -> Vec<u8> {
    let jpeg = encoded(sample(width, height), ImageFormat::Jpeg);
    let exif = exif(orientation);
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend_from_slice(&[0xff, 0xe1]);
    bytes.extend_from_slice(&(exif.len() as u16 + 2).to_be_bytes());
    bytes.extend_from_slice(&exif);
    bytes.extend_from_slice(&jpeg[2..]);
    bytes
}

fn has(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

/// Markers of the segments of a JPEG up to its scan (ITU-T T.81, B.1.1.3).
fn markers(jpeg: &[u8]) -> Vec<u8> {
    let mut markers = Vec::new();
    let mut at = 2;
    while at + 4 <= jpeg.len() && jpeg[at + 1] != 0xda {
        markers.push(jpeg[at + 1]);
        at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
    }
    markers
}

#[test]
fn nothing_but_the_pixels_is_carried_over() {
    let file = photograph(1200, 900, 1);
    assert!(has(&file, b"Exif") && has(&file, b"SERIAL-4711"));
    let kept = read(&file).unwrap();
    assert_eq!(kept.forms.len(), 3);
    for form in &kept.forms {
        assert!(!has(&form.bytes, b"Exif") && !has(&form.bytes, b"SERIAL-4711"));
        // APP0 (JFIF), tables and frame: no APP1 to APP15, no comment.
        let markers = markers(&form.bytes);
        assert!(!markers.is_empty() && markers.iter().all(|m| matches!(m, 0xe0 | 0xdb | 0xc0 | 0xc4)), "{markers:x?}");
    }
}

#[test]
fn what_is_kept_has_the_sizes_that_follow_from_its_record() {
    let kept = read(&photograph(2001, 1507, 1)).unwrap();
    let sizes: Vec<Size> = kept.forms.iter().map(|form| form.size).collect();
    assert_eq!(sizes, kept.size.kept());
    for form in &kept.forms {
        let decoded = image::load_from_memory(&form.bytes).unwrap();
        assert_eq!((decoded.width(), decoded.height()), (form.size.width, form.size.height));
    }
    let Size { width, .. } = read(&photograph(300, 200, 1)).unwrap().size;
    assert_eq!(width, 300);
}

fn is_like(found: Rgb<u8>, expected: [u8; 3]) -> bool {
    found.0.iter().zip(expected).all(|(found, expected)| found.abs_diff(expected) < 24)
}

/// The eight orientations of EXIF: where the green corner of the file belongs.
#[test]
fn a_picture_stands_upright_as_the_camera_says() {
    for (orientation, right, bottom) in [
        (1, false, false),
        (2, true, false),
        (3, true, true),
        (4, false, true),
        (5, false, false),
        (6, true, false),
        (7, true, true),
        (8, false, true),
    ] {
        // Smaller than the largest form, and once larger: then it is resized before it is turned.
        let sizes: &[(u32, u32)] = if orientation == 6 { &[(400, 300), (2000, 1500)] } else { &[(400, 300)] };
        for &(width, height) in sizes {
            let kept = read(&photograph(width, height, orientation)).unwrap();
            let form = kept.forms.last().unwrap();
            let picture = image::load_from_memory(&form.bytes).unwrap().into_rgb8();
            let is_portrait = picture.width() < picture.height();
            assert_eq!(is_portrait, orientation >= 5, "{orientation}");
            let at = |far: bool, length: u32| if far { length * 7 / 8 } else { length / 8 };
            let corner = *picture.get_pixel(at(right, picture.width()), at(bottom, picture.height()));
            assert!(is_like(corner, [0, 160, 0]), "{orientation}: {corner:?}");
        }
    }
}

#[test]
fn png_and_webp_are_taken_and_what_is_transparent_is_white() {
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let picture = RgbaImage::from_fn(400, 300, |x, _| Rgba([200, 0, 0, if x < 200 { 0 } else { 255 }]));
        let kept = read(&encoded(picture, format)).unwrap();
        let picture = image::load_from_memory(&kept.forms[0].bytes).unwrap().into_rgb8();
        assert!(is_like(*picture.get_pixel(50, 150), [255, 255, 255]), "{format:?}");
        assert!(is_like(*picture.get_pixel(350, 150), [200, 0, 0]), "{format:?}");
    }
}

#[test]
fn colours_of_another_space_are_brought_to_srgb() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let picture = RgbImage::from_pixel(400, 300, Rgb([200, 60, 60]));
    let mut file = Vec::new();
    let mut encoder = PngEncoder::new(&mut file);
    encoder.set_icc_profile(profile).unwrap();
    encoder.write_image(&picture, 400, 300, image::ExtendedColorType::Rgb8).unwrap();
    let found = image::load_from_memory(&read(&file).unwrap().forms[0].bytes).unwrap().into_rgb8();
    // Display P3 reaches further: the same number is a stronger red (ICC.1:2022, § 6.3).
    let Rgb([red, green, _]) = *found.get_pixel(200, 150);
    assert!(red > 210 && green < 50, "{red} {green}");
}

#[test]
fn the_same_file_is_kept_as_the_same_bytes() {
    let file = photograph(500, 400, 6);
    assert_eq!(read(&file).unwrap(), read(&file).unwrap());
}

fn check(file: &[u8], expected: &str) {
    let error = read(file).unwrap_err();
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn what_is_no_picture_is_refused() {
    check(b"", "must be a JPEG, PNG or WebP file");
    check(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "must be a JPEG, PNG or WebP file");
    check(b"GIF89a\x01\0\x01\0", "must be a JPEG, PNG or WebP file");
    check(&encoded(sample(150, 400), ImageFormat::Png), "at least 200 pixels");
    check(&encoded(sample(1300, 400), ImageFormat::Png), "3 times");
}

#[test]
fn a_file_that_is_cut_short_is_refused_wherever_it_is_cut() {
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let whole = encoded(sample(400, 300), format);
        for cut in [16, 40, whole.len() / 2] {
            let error = read(&whole[..cut]).unwrap_err();
            assert!(matches!(error, PictureError::Broken { .. } | PictureError::Format), "{format:?} {cut}: {error}");
        }
    }
    let jpeg = encoded(sample(400, 300), ImageFormat::Jpeg);
    for cut in [3, 100, 300] {
        assert!(read(&jpeg[..cut]).is_err(), "{cut}");
    }
}

/// A PNG of a few kB that says it has 50,000 × 50,000 pixels, and one that keeps the limit of pixels but not of bytes.
#[test]
fn a_decompression_bomb_is_refused_before_it_is_decoded() {
    let small = encoded(sample(400, 300), ImageFormat::Png);
    let mut bomb = small.clone();
    bomb[16..20].copy_from_slice(&50_000_u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&50_000_u32.to_be_bytes());
    let crc = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    check(&bomb, "must not have more than 50000000 pixels, got 50000 × 50000");
    // Within the limit, but with nothing behind it: an end, not a wait and not a crash.
    bomb[16..20].copy_from_slice(&7000_u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&7000_u32.to_be_bytes());
    let crc = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    check(&bomb, "cannot be read");
}

/// CRC-32 of a chunk (PNG, Annex D).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

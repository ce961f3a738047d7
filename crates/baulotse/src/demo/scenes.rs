//! What the drawings of the demo show: houses, farms, plots, halls and shops, in a few colours each.

use cadastre::picture::Size;

use super::{
    canvas::{Canvas, Colour, mixed},
    prng::Rng,
};

/// Size of a drawing.
pub(super) const SIZE: Size = Size { width: 1200, height: 800 };
/// Where the ground begins.
const HORIZON: f32 = 560.0;

const WHITE: Colour = [250, 248, 242];
const GLASS: Colour = [58, 74, 92];
const WOOD: Colour = [120, 84, 58];
const STONE: Colour = [150, 142, 132];

/// What a drawing shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Scene {
    /// A plot between two houses.
    Gap,
    /// A house.
    House,
    /// A farm: house and barn around a yard.
    Farm,
    /// A hall with a saw-tooth roof and a chimney.
    Hall,
    /// A house with a shop.
    Shop,
}

/// The colours of a drawing.
struct Palette {
    sky: [Colour; 2],
    grass: Colour,
    leaves: Colour,
    wall: Colour,
    roof: Colour,
    accent: Colour,
}

const PALETTES: [Palette; 3] = [
    Palette {
        sky: [[166, 203, 226], [236, 240, 232]],
        grass: [142, 172, 98],
        leaves: [86, 128, 74],
        wall: [238, 222, 190],
        roof: [164, 78, 56],
        accent: [48, 98, 104],
    },
    Palette {
        sky: [[192, 206, 222], [248, 232, 210]],
        grass: [168, 170, 96],
        leaves: [150, 126, 58],
        wall: [226, 208, 200],
        roof: [92, 88, 94],
        accent: [128, 56, 52],
    },
    Palette {
        sky: [[148, 190, 220], [226, 238, 242]],
        grass: [120, 164, 104],
        leaves: [66, 116, 88],
        wall: [244, 238, 224],
        roof: [140, 66, 62],
        accent: [62, 92, 66],
    },
];

/// Colours that a scene can be drawn in.
pub(super) const VARIANTS: usize = PALETTES.len();

/// Draws a scene; the same pixels each time.
pub(super) fn draw(scene: Scene, variant: usize) -> Vec<u8> {
    let palette = &PALETTES[variant % VARIANTS];
    let mut rng = Rng::new("scene", scene as usize * VARIANTS + variant);
    let mut canvas = Canvas::new(SIZE, palette.sky[0], palette.sky[1]);
    landscape(&mut canvas, palette, &mut rng);
    match scene {
        Scene::Gap => gap(&mut canvas, palette),
        Scene::House => house_in_garden(&mut canvas, palette),
        Scene::Farm => farm(&mut canvas, palette),
        Scene::Hall => hall(&mut canvas, palette),
        Scene::Shop => shop(&mut canvas, palette),
    }
    canvas.into_pixels()
}

/// Sun, hills, a far wood and the ground.
fn landscape(canvas: &mut Canvas, palette: &Palette, rng: &mut Rng) {
    let sun = rng.range(220.0, 980.0) as f32;
    canvas.disc((sun, 150.0), (54.0, 54.0), [255, 244, 214], 0.85);
    for (at, lift, share) in [(180.0, 150.0, 0.55), (760.0, 190.0, 0.45), (1180.0, 130.0, 0.6)] {
        let middle = at + rng.range(-60.0, 60.0) as f32;
        canvas.disc((middle, HORIZON + 30.0), (460.0, lift), mixed(palette.leaves, palette.sky[1], share), 1.0);
    }
    for step in 0..14_u8 {
        let at = f32::from(step) * 92.0 + rng.range(-20.0, 20.0) as f32;
        let height = rng.range(24.0, 52.0) as f32;
        canvas.disc((at, HORIZON), (58.0, height), mixed(palette.leaves, palette.sky[1], 0.3), 1.0);
    }
    canvas.rect(0.0, HORIZON, 1200.0, 240.0, palette.grass);
    canvas.disc((600.0, 830.0), (900.0, 120.0), mixed(palette.grass, WHITE, 0.12), 1.0);
}

/// The front of a gabled house: `x` is its left edge, the ground at `y`.
fn gable(canvas: &mut Canvas, (x, y): (f32, f32), (width, height): (f32, f32), wall: Colour, roof: Colour) {
    let eaves = y - height;
    let ridge = eaves - width * 0.5;
    canvas.disc((x + width * 0.5, y + 4.0), (width * 0.6, 16.0), [40, 50, 40], 0.16);
    canvas.rect(x, eaves, width, height, wall);
    canvas.fill(&[(x, eaves), (x + width * 0.5, ridge), (x + width, eaves)], wall, 1.0);
    canvas.rect(x, y - 22.0, width, 22.0, STONE);
    let overhang = 18.0;
    for side in [-1.0, 1.0] {
        let foot = x + width * 0.5 + side * (width * 0.5 + overhang);
        let corners = [
            (x + width * 0.5, ridge - 22.0),
            (foot, eaves + 12.0),
            (foot - side * 26.0, eaves + 12.0),
            (x + width * 0.5, ridge + 10.0),
        ];
        canvas.fill(&corners, roof, 1.0);
    }
    // The side in the shade.
    canvas.fill(
        &[(x + width, eaves), (x + width, y), (x + width - 14.0, y), (x + width - 14.0, eaves)],
        [60, 50, 40],
        0.12,
    );
}

/// A window with a cross.
fn window(canvas: &mut Canvas, (x, y): (f32, f32), (width, height): (f32, f32), shutters: Option<Colour>) {
    canvas.rect(x - 5.0, y - 5.0, width + 10.0, height + 10.0, WHITE);
    canvas.rect(x, y, width, height, GLASS);
    canvas.fill(&[(x, y), (x + width * 0.55, y), (x, y + height * 0.7)], WHITE, 0.14);
    canvas.rect(x + width * 0.5 - 2.5, y, 5.0, height, WHITE);
    canvas.rect(x, y + height * 0.4, width, 4.0, WHITE);
    canvas.rect(x - 9.0, y + height + 5.0, width + 18.0, 7.0, STONE);
    if let Some(colour) = shutters {
        for left in [x - 8.0 - width * 0.46, x + width + 8.0] {
            canvas.rect(left, y - 4.0, width * 0.46, height + 8.0, colour);
            for slat in 0..5_u8 {
                let top = y + 4.0 + f32::from(slat) * height / 5.0;
                canvas.rect(left + 4.0, top, width * 0.46 - 8.0, 3.0, mixed(colour, [0, 0, 0], 0.25));
            }
        }
    }
}

fn door(canvas: &mut Canvas, (x, y): (f32, f32), (width, height): (f32, f32), colour: Colour) {
    canvas.rect(x - 7.0, y - height - 7.0, width + 14.0, height + 7.0, WHITE);
    canvas.rect(x, y - height, width, height, colour);
    canvas.rect(x + 8.0, y - height + 10.0, width - 16.0, height * 0.32, mixed(colour, GLASS, 0.6));
    canvas.disc((x + width - 12.0, y - height * 0.46), (4.0, 4.0), [212, 178, 92], 1.0);
    canvas.rect(x - 16.0, y - 4.0, width + 32.0, 10.0, STONE);
}

fn tree(canvas: &mut Canvas, (x, y): (f32, f32), height: f32, leaves: Colour) {
    let crown = height * 0.34;
    canvas.disc((x, y + 4.0), (crown, 12.0), [40, 50, 40], 0.18);
    let trunk = [
        (x - height * 0.035, y),
        (x + height * 0.035, y),
        (x + height * 0.02, y - height * 0.6),
        (x - height * 0.02, y - height * 0.6),
    ];
    canvas.fill(&trunk, WOOD, 1.0);
    for (across, up, share) in
        [(-0.55, 0.52, 0.82), (0.5, 0.5, 0.8), (0.0, 0.62, 1.0), (-0.28, 0.86, 0.72), (0.3, 0.82, 0.7)]
    {
        canvas.disc((x + crown * across, y - height * up), (crown * share, crown * share * 0.92), leaves, 1.0);
    }
    canvas.disc((x - crown * 0.3, y - height * 0.76), (crown * 0.5, crown * 0.42), mixed(leaves, WHITE, 0.18), 0.8);
}

/// A fence of slats; the last argument is how far apart they stand.
fn fence(canvas: &mut Canvas, (from, to): (f32, f32), y: f32, step: f32) {
    for rail in [y - 44.0, y - 20.0] {
        canvas.rect(from, rail, to - from, 6.0, mixed(WOOD, WHITE, 0.25));
    }
    let mut x = from;
    while x + 10.0 <= to {
        let corners = [(x, y), (x, y - 54.0), (x + 5.0, y - 62.0), (x + 10.0, y - 54.0), (x + 10.0, y)];
        canvas.fill(&corners, mixed(WOOD, WHITE, 0.42), 1.0);
        x += step;
    }
}

fn gap(canvas: &mut Canvas, palette: &Palette) {
    for (x, roof) in [(-70.0, palette.roof), (930.0, mixed(palette.roof, [70, 70, 76], 0.6))] {
        gable(canvas, (x, 640.0), (340.0, 230.0), mixed(palette.wall, WHITE, 0.3), roof);
        for column in [0.22, 0.6] {
            for row in [440.0, 540.0] {
                window(canvas, (x + 340.0 * column, row), (58.0, 66.0), None);
            }
        }
    }
    tree(canvas, (690.0, 630.0), 250.0, palette.leaves);
    tree(canvas, (800.0, 646.0), 170.0, mixed(palette.leaves, palette.grass, 0.4));
    for (x, size) in [(380.0, 34.0), (440.0, 26.0), (560.0, 30.0), (505.0, 22.0)] {
        canvas.disc((x, 640.0), (size * 1.5, size), mixed(palette.leaves, palette.grass, 0.5), 1.0);
    }
    for (x, y) in [(350.0, 700.0), (420.0, 730.0), (520.0, 712.0), (640.0, 736.0), (760.0, 708.0), (850.0, 728.0)] {
        for (dx, colour) in [(0.0, [248, 214, 92]), (26.0, WHITE), (48.0, [206, 110, 124])] {
            canvas.disc((x + dx, y - dx * 0.2), (6.0, 6.0), colour, 1.0);
        }
    }
    fence(canvas, (290.0, 920.0), 690.0, 22.0);
    canvas.rect(0.0, 756.0, 1200.0, 44.0, [176, 168, 156]);
}

fn house_in_garden(canvas: &mut Canvas, palette: &Palette) {
    tree(canvas, (190.0, 650.0), 360.0, palette.leaves);
    gable(canvas, (390.0, 660.0), (430.0, 280.0), palette.wall, palette.roof);
    canvas.rect(690.0, 168.0, 44.0, 110.0, mixed(palette.roof, STONE, 0.4));
    for x in [462.0, 690.0] {
        window(canvas, (x, 424.0), (64.0, 78.0), Some(palette.accent));
    }
    window(canvas, (570.0, 292.0), (60.0, 66.0), None);
    window(canvas, (462.0, 544.0), (64.0, 74.0), Some(palette.accent));
    door(canvas, (640.0, 660.0), (84.0, 136.0), palette.accent);
    path(canvas, 682.0, palette);
    tree(canvas, (980.0, 668.0), 250.0, mixed(palette.leaves, palette.grass, 0.35));
    fence(canvas, (20.0, 580.0), 730.0, 24.0);
    fence(canvas, (800.0, 1180.0), 730.0, 24.0);
}

fn path(canvas: &mut Canvas, x: f32, palette: &Palette) {
    let sand = mixed([214, 196, 164], palette.grass, 0.15);
    canvas.fill(&[(x - 46.0, 664.0), (x + 46.0, 664.0), (x + 110.0, 800.0), (x - 120.0, 800.0)], sand, 1.0);
}

fn farm(canvas: &mut Canvas, palette: &Palette) {
    let boards = mixed(WOOD, palette.wall, 0.25);
    // The barn across the yard: long side, tiled roof, a gate.
    canvas.disc((820.0, 636.0), (380.0, 18.0), [40, 50, 40], 0.16);
    canvas.rect(520.0, 420.0, 620.0, 210.0, boards);
    for board in 0..31_u8 {
        canvas.rect(520.0 + f32::from(board) * 20.0, 420.0, 2.0, 210.0, mixed(boards, [0, 0, 0], 0.18));
    }
    canvas.rect(520.0, 592.0, 620.0, 38.0, STONE);
    canvas.fill(&[(490.0, 428.0), (566.0, 268.0), (1094.0, 268.0), (1170.0, 428.0)], palette.roof, 1.0);
    for row in 1..6_u8 {
        let y = 268.0 + f32::from(row) * 27.0;
        let inset = 76.0 * (1.0 - f32::from(row) / 6.0);
        canvas.rect(492.0 + inset, y, 676.0 - 2.0 * inset, 2.5, mixed(palette.roof, [0, 0, 0], 0.18));
    }
    canvas.rect(730.0, 466.0, 180.0, 164.0, mixed(WOOD, [40, 28, 20], 0.45));
    for x in [730.0, 818.0] {
        canvas.fill(
            &[(x, 630.0), (x + 10.0, 630.0), (x + 92.0, 466.0), (x + 82.0, 466.0)],
            mixed(WOOD, WHITE, 0.25),
            1.0,
        );
    }
    gable(canvas, (90.0, 676.0), (330.0, 270.0), palette.wall, mixed(palette.roof, [60, 60, 66], 0.25));
    timber(canvas, (90.0, 406.0), (330.0, 130.0));
    for x in [138.0, 300.0] {
        window(canvas, (x, 440.0), (54.0, 62.0), None);
        window(canvas, (x, 566.0), (54.0, 62.0), None);
    }
    door(canvas, (214.0, 676.0), (66.0, 118.0), palette.accent);
    canvas.disc((640.0, 742.0), (420.0, 54.0), [214, 198, 168], 0.9);
    tree(canvas, (470.0, 690.0), 280.0, palette.leaves);
}

/// Beams of a timbered storey.
fn timber(canvas: &mut Canvas, (x, y): (f32, f32), (width, height): (f32, f32)) {
    let beam = mixed(WOOD, [30, 20, 14], 0.35);
    for step in 0..6_u8 {
        canvas.rect(x + f32::from(step) * (width - 12.0) / 5.0, y, 12.0, height, beam);
    }
    for rail in [0.0, 0.5, 1.0] {
        canvas.rect(x, y + rail * (height - 12.0), width, 12.0, beam);
    }
}

fn hall(canvas: &mut Canvas, palette: &Palette) {
    let brick = mixed(palette.roof, WHITE, 0.22);
    canvas.disc((560.0, 664.0), (520.0, 20.0), [40, 50, 40], 0.16);
    canvas.fill(
        &[(990.0, 660.0), (1008.0, 150.0), (1062.0, 150.0), (1080.0, 660.0)],
        mixed(brick, [60, 40, 36], 0.25),
        1.0,
    );
    canvas.rect(1002.0, 150.0, 66.0, 16.0, STONE);
    canvas.rect(110.0, 400.0, 860.0, 260.0, brick);
    for tooth in 0..4_u8 {
        let x = 110.0 + f32::from(tooth) * 215.0;
        canvas.fill(&[(x, 402.0), (x, 296.0), (x + 215.0, 402.0)], mixed(palette.roof, [60, 60, 66], 0.5), 1.0);
        canvas.fill(&[(x, 402.0), (x, 296.0), (x + 22.0, 307.0), (x + 22.0, 402.0)], GLASS, 1.0);
    }
    for bay in 0..6_u8 {
        let x = 150.0 + f32::from(bay) * 138.0;
        if bay == 4 {
            canvas.rect(x - 8.0, 500.0, 112.0, 160.0, palette.accent);
            canvas.rect(x + 46.0, 500.0, 4.0, 160.0, mixed(palette.accent, [0, 0, 0], 0.3));
            continue;
        }
        canvas.rect(x - 6.0, 454.0, 102.0, 132.0, WHITE);
        canvas.rect(x, 460.0, 90.0, 120.0, GLASS);
        for pane in 1..4_u8 {
            canvas.rect(x, 460.0 + f32::from(pane) * 30.0, 90.0, 3.0, WHITE);
            canvas.rect(x + f32::from(pane) * 22.5, 460.0, 3.0, 120.0, WHITE);
        }
    }
    canvas.rect(0.0, 700.0, 1200.0, 100.0, [186, 180, 168]);
    for (x, size) in [(90.0, 44.0), (160.0, 34.0), (930.0, 40.0), (1120.0, 56.0), (880.0, 28.0)] {
        canvas.disc((x, 690.0), (size * 1.3, size), mixed(palette.leaves, palette.grass, 0.3), 1.0);
    }
    tree(canvas, (1130.0, 700.0), 200.0, palette.leaves);
}

fn shop(canvas: &mut Canvas, palette: &Palette) {
    for (x, wall) in [(-40.0, mixed(palette.wall, palette.grass, 0.18)), (900.0, mixed(palette.wall, WHITE, 0.4))] {
        gable(canvas, (x, 690.0), (340.0, 330.0), wall, mixed(palette.roof, [70, 70, 76], 0.5));
        for column in [0.24, 0.6] {
            for row in [410.0, 550.0] {
                window(canvas, (x + 340.0 * column, row), (56.0, 72.0), None);
            }
        }
    }
    gable(canvas, (330.0, 700.0), (540.0, 400.0), palette.wall, palette.roof);
    for x in [420.0, 570.0, 720.0] {
        window(canvas, (x, 350.0), (66.0, 88.0), None);
    }
    window(canvas, (566.0, 170.0), (68.0, 74.0), None);
    canvas.rect(380.0, 540.0, 280.0, 160.0, mixed(palette.accent, [0, 0, 0], 0.2));
    canvas.rect(394.0, 552.0, 252.0, 124.0, mixed(GLASS, WHITE, 0.18));
    canvas.fill(&[(394.0, 552.0), (500.0, 552.0), (430.0, 676.0), (394.0, 676.0)], WHITE, 0.14);
    door(canvas, (710.0, 700.0), (92.0, 150.0), palette.accent);
    for stripe in 0..10_u8 {
        let x = 366.0 + f32::from(stripe) * 31.0;
        let colour = if stripe % 2 == 0 { palette.accent } else { WHITE };
        canvas.fill(&[(x, 496.0), (x + 31.0, 496.0), (x + 31.0, 548.0), (x + 15.5, 560.0), (x, 548.0)], colour, 1.0);
    }
    canvas.rect(0.0, 706.0, 1200.0, 94.0, [178, 170, 160]);
    canvas.rect(0.0, 700.0, 1200.0, 10.0, [206, 200, 190]);
}

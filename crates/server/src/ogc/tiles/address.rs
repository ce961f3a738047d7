//! Which tile is asked for: malformed is 400, outside of the matrix set 404.

use spatial::tile::TileAddress;

use super::known_set;
use crate::{error::Error, params::whole_number};

/// Checks the last four segments of a tile's address.
pub(super) fn parse(set: &str, matrix: &str, row: &str, column: &str) -> Result<TileAddress, Error> {
    known_set(set)?;
    let number =
        |name: &str, text: &str| whole_number(text, 0..=u64::MAX).map_err(|reason| Error::parameter(name, reason));
    let (matrix, row, column) = (number("tileMatrix", matrix)?, number("tileRow", row)?, number("tileCol", column)?);
    let address = match (u8::try_from(matrix), u32::try_from(row), u32::try_from(column)) {
        (Ok(zoom), Ok(row), Ok(column)) => TileAddress::new(zoom, row, column),
        _ => None,
    };
    address.ok_or(Error::NotFound)
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn check(set: &str, address: [&str; 3], expected: Result<(u8, u32, u32), u16>) {
        let [matrix, row, column] = address;
        let found = parse(set, matrix, row, column).map(|tile| (tile.zoom(), tile.row(), tile.column()));
        assert_eq!(found.map_err(|error| error.status().as_u16()), expected, "{set} {address:?}");
    }

    #[test]
    fn a_tile_is_matrix_row_and_column() {
        const SET: &str = "WebMercatorQuad";
        check(SET, ["15", "10945", "17554"], Ok((15, 10945, 17554)));
        check(SET, ["1", "2", "0"], Err(404));
        check(SET, ["25", "0", "0"], Err(404));
        check(SET, ["300", "0", "0"], Err(404));
        check(SET, ["15", "2147483647", "2147483647"], Err(404));
        check(SET, ["15", "9999999999", "0"], Err(404));
        check(SET, ["fifteen", "0", "0"], Err(400));
        check(SET, ["1", "-1", "0"], Err(400));
        check(SET, ["1", "0", "0.5"], Err(400));
        check(SET, ["1", "0", "0.pbf"], Err(400));
        check("WorldCRS84Quad", ["1", "0", "0"], Err(404));
    }
}

import type { Raster } from '@tercet/image';
import type { RotatedBox } from './geometry.js';

/** Samples averaged along one side of a target pixel, at most: enough for a twelvefold reduction. */
const MAX_TAPS = 12;

/**
 * Cuts a rotated box out of a picture and scales it. Reduced pixels are means over what they cover, enlarged ones are
 * bicubic (Keys 1981, a = -.5). Outside the picture its edge goes on.
 * @param quarters quarter turns, clockwise as the picture is seen, of the reading direction against the box's own.
 */
export function cutBox(
  picture: Raster,
  box: RotatedBox,
  width: number,
  height: number,
  quarters = 0,
): Raster {
  const turned = turnBox(box, quarters);
  const [cos, sin] = [Math.cos(turned.angle), Math.sin(turned.angle)];
  const stepX = turned.width / width;
  const stepY = turned.height / height;
  const tapsX = Math.min(MAX_TAPS, Math.max(1, Math.round(stepX)));
  const tapsY = Math.min(MAX_TAPS, Math.max(1, Math.round(stepY)));
  // Reduced in either direction, sharpness between pixels is lost anyway: the nearest of several samples will do.
  const add = tapsX > 1 || tapsY > 1 ? addNearest : addBicubic;
  const rgb = new Uint8Array(width * height * 3);
  const sum = new Float64Array(3);
  const taps = tapsX * tapsY;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      sum.fill(0);
      for (let tapY = 0; tapY < tapsY; tapY += 1) {
        const across = (row + (tapY + 0.5) / tapsY) * stepY - turned.height / 2;
        for (let tapX = 0; tapX < tapsX; tapX += 1) {
          const along = (column + (tapX + 0.5) / tapsX) * stepX - turned.width / 2;
          add(
            picture,
            turned.x + along * cos - across * sin - 0.5,
            turned.y + along * sin + across * cos - 0.5,
            sum,
          );
        }
      }
      const to = (row * width + column) * 3;
      for (let channel = 0; channel < 3; channel += 1)
        rgb[to + channel] = Math.min(255, Math.max(0, Math.round((sum[channel] as number) / taps)));
    }
  }
  return { width, height, rgb };
}

/** The box as it is seen after quarter turns: the same corners, another one of them first. */
function turnBox(box: RotatedBox, quarters: number): RotatedBox {
  const upright = quarters % 2 === 0;
  return {
    ...box,
    width: upright ? box.width : box.height,
    height: upright ? box.height : box.width,
    angle: box.angle + (quarters * Math.PI) / 2,
  };
}

/** Adds the value of the nearest pixel, of which centres are whole numbers, to `sum`. */
function addNearest({ width, height, rgb }: Raster, x: number, y: number, sum: Float64Array): void {
  const column = Math.min(width - 1, Math.max(0, Math.round(x)));
  const at = (Math.min(height - 1, Math.max(0, Math.round(y))) * width + column) * 3;
  for (let channel = 0; channel < 3; channel += 1)
    sum[channel] = (sum[channel] as number) + (rgb[at + channel] as number);
}

const weightsX = new Float64Array(4);
const weightsY = new Float64Array(4);

/** Adds the bicubic value at a place, of which pixel centres are whole numbers, to `sum`. */
function addBicubic({ width, height, rgb }: Raster, x: number, y: number, sum: Float64Array): void {
  const left = Math.floor(x);
  const top = Math.floor(y);
  fillWeights(weightsX, x - left);
  fillWeights(weightsY, y - top);
  let [red, green, blue] = [0, 0, 0];
  for (let j = 0; j < 4; j += 1) {
    const row = Math.min(height - 1, Math.max(0, top + j - 1)) * width;
    const weightY = weightsY[j] as number;
    for (let i = 0; i < 4; i += 1) {
      const weight = weightY * (weightsX[i] as number);
      const at = (row + Math.min(width - 1, Math.max(0, left + i - 1))) * 3;
      red += weight * (rgb[at] as number);
      green += weight * (rgb[at + 1] as number);
      blue += weight * (rgb[at + 2] as number);
    }
  }
  sum[0] = (sum[0] as number) + red;
  sum[1] = (sum[1] as number) + green;
  sum[2] = (sum[2] as number) + blue;
}

/** Keys' kernel at the four pixels around a place that lies `t` behind the second of them. */
function fillWeights(weights: Float64Array, t: number): void {
  weights[0] = ((-0.5 * t + 1) * t - 0.5) * t;
  weights[1] = (1.5 * t - 2.5) * t * t + 1;
  weights[2] = ((-1.5 * t + 2) * t + 0.5) * t;
  weights[3] = (0.5 * t - 0.5) * t * t;
}

/** Scales a whole picture. */
export function scaleRaster(picture: Raster, width: number, height: number): Raster {
  if (width === picture.width && height === picture.height) return picture;
  const { width: w, height: h } = picture;
  return cutBox(picture, { x: w / 2, y: h / 2, width: w, height: h, angle: 0 }, width, height);
}

/** A part of a picture; ends are exclusive. */
export function cropRaster(
  picture: Raster,
  left: number,
  top: number,
  right: number,
  bottom: number,
): Raster {
  const [width, height] = [right - left, bottom - top];
  if (width === picture.width && height === picture.height) return picture;
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    const from = ((top + y) * picture.width + left) * 3;
    rgb.set(picture.rgb.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, rgb };
}

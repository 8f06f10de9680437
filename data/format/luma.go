package format

import (
	"image"
	"image/color"
)

// lumaAndChroma returns an image that is stored as luma and chroma, as in JPEG and WebP. It
// also returns the alpha, nil if there is none.
func lumaAndChroma(img image.Image) (luma *image.YCbCr, alpha []byte, ok bool) {
	switch img := img.(type) {
	case *image.YCbCr:
		return img, nil, true
	case *image.NYCbCrA:
		for y := range img.Rect.Dy() {
			alpha = append(alpha, img.A[y*img.AStride:][:img.Rect.Dx()]...)
		}
		return &img.YCbCr, alpha, true
	}
	return nil, nil, false
}

// fromLuma returns the planes red, green and blue of an image, and alpha unless it is nil.
// The corner of the image must be 0, 0. If there is chroma only for every second pixel, it
// is interpolated like in libjpeg and libwebp: three quarters of the nearer value and one
// quarter of the farther. Luma is from 0 to 255 (JFIF, section 7), or if video is true from
// 16 to 235 (RFC 6386, 9.2; ITU-R BT.601).
func fromLuma(img *image.YCbCr, alpha []byte, video bool) []byte {
	width, height := img.Rect.Dx(), img.Rect.Dy()
	size := width * height
	planes := make([]byte, 3*size, 3*size+len(alpha))
	red, green, blue := planes[:size], planes[size:2*size], planes[2*size:]
	convert := color.YCbCrToRGB
	if video {
		convert = videoToRGB
	}
	stepX, stepY := chromaSteps(img.SubsampleRatio)
	columns := neighbours(width, stepX)
	for y, row := range neighbours(height, stepY) {
		near, far := row.near*img.CStride, row.far*img.CStride
		for x, column := range columns {
			blend := func(plane []byte) byte {
				return byte((9*int(plane[near+column.near]) + 3*int(plane[near+column.far]) +
					3*int(plane[far+column.near]) + int(plane[far+column.far]) + 8) / 16)
			}
			i := y*width + x
			red[i], green[i], blue[i] = convert(img.Y[y*img.YStride+x], blend(img.Cb), blend(img.Cr))
		}
	}
	return append(planes, alpha...)
}

// chromaSteps returns the width and the height, in pixels, of the area with one value of
// chroma.
func chromaSteps(ratio image.YCbCrSubsampleRatio) (x, y int) {
	switch ratio {
	case image.YCbCrSubsampleRatio422:
		return 2, 1
	case image.YCbCrSubsampleRatio420:
		return 2, 2
	case image.YCbCrSubsampleRatio440:
		return 1, 2
	case image.YCbCrSubsampleRatio411:
		return 4, 1
	case image.YCbCrSubsampleRatio410:
		return 4, 2
	}
	return 1, 1
}

// A neighbour has the indices of the two values of chroma that are nearest to a pixel. They
// are equal if no second value is used.
type neighbour struct{ near, far int }

// neighbours returns the neighbours of n pixels. There is one value for step pixels.
func neighbours(n, step int) []neighbour {
	of := make([]neighbour, n)
	last := (n - 1) / step
	for i := range of {
		near := i / step
		of[i] = neighbour{near, near}
		if step == 2 {
			of[i].far = min(max(near-1+i%2*2, 0), last)
		}
	}
	return of
}

// videoToRGB converts luma from 16 to 235 and chroma from 16 to 240 to red, green and blue,
// with the integer constants of libwebp (src/dsp/yuv.h).
func videoToRGB(y, cb, cr byte) (r, g, b byte) {
	high := func(v byte, factor int) int { return int(v) * factor >> 8 }
	clamp := func(v int) byte { return byte(min(max(v>>6, 0), 255)) }
	luma := high(y, 19077)
	return clamp(luma + high(cr, 26149) - 14234),
		clamp(luma - high(cb, 6419) - high(cr, 13320) + 8708),
		clamp(luma + high(cb, 33050) - 17685)
}

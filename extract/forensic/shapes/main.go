// Command shapes draws the digits of common fonts, as the package forensic knows
// them: the faces of the Arial, Times and Courier kind (Liberation), DejaVu, and
// the fonts of the Go project, plain, bold and slanted.
package main

import (
	"fmt"
	"image"
	"image/draw"
	"os"

	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-fonts/dejavu/dejavusansbold"
	"github.com/go-fonts/dejavu/dejavusanscondensed"
	"github.com/go-fonts/dejavu/dejavusansmono"
	"github.com/go-fonts/dejavu/dejavusansmonobold"
	"github.com/go-fonts/dejavu/dejavusansoblique"
	"github.com/go-fonts/dejavu/dejavuserif"
	"github.com/go-fonts/dejavu/dejavuserifbold"
	"github.com/go-fonts/liberation/liberationmonobold"
	"github.com/go-fonts/liberation/liberationmonoregular"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansitalic"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/go-fonts/liberation/liberationserifbold"
	"github.com/go-fonts/liberation/liberationserifitalic"
	"github.com/go-fonts/liberation/liberationserifregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"tallyman/extract/forensic"
)

var fonts = [][]byte{
	liberationsansregular.TTF, liberationsansbold.TTF, liberationsansitalic.TTF,
	liberationserifregular.TTF, liberationserifbold.TTF, liberationserifitalic.TTF,
	liberationmonoregular.TTF, liberationmonobold.TTF,
	dejavusans.TTF, dejavusansbold.TTF, dejavusansoblique.TTF, dejavusanscondensed.TTF,
	dejavusansmono.TTF, dejavusansmonobold.TTF, dejavuserif.TTF, dejavuserifbold.TTF,
	goregular.TTF,
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "shapes:", err)
		os.Exit(1)
	}
}

func run(to string) error {
	var out []byte
	for i, ttf := range fonts {
		f, err := opentype.Parse(ttf)
		if err != nil {
			return err
		}
		face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 60, DPI: 72})
		if err != nil {
			return err
		}
		for digit := '0'; digit <= '9'; digit++ {
			img := image.NewGray(image.Rect(0, 0, 100, 100))
			draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
			d := font.Drawer{Dst: img, Src: image.Black, Face: face, Dot: fixed.P(30, 75)}
			d.DrawString(string(digit))
			s, ok := forensic.ShapeOf(img, img.Rect)
			if !ok {
				return fmt.Errorf("font %d draws no %c", i, digit)
			}
			out = append(append(out, byte(digit)), s[:]...)
		}
	}
	return os.WriteFile(to, out, 0o666)
}

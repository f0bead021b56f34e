// Package pixels looks at the bitmap of a page for what says something of the
// paper itself: the content of barcodes, ink that stands on a page twice, print
// that came onto the page later than what stands around it.
//
// It says what it saw and judges nothing: rules do. It is pure Go, and works on
// the bitmap that is decoded for reading anyway, inside the child that decoded it.
package pixels

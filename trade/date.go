package trade

import (
	"fmt"
	"time"
)

// A Date is a day of the Gregorian calendar, without a time zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// Valid reports whether the calendar has that day.
func (d Date) Valid() bool {
	t := d.time()
	return t.Year() == d.Year && t.Month() == d.Month && t.Day() == d.Day
}

// DaysUntil returns the days from d to e; negative if e is earlier.
func (d Date) DaysUntil(e Date) int { return int(e.time().Sub(d.time()).Hours() / 24) }

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.time().Before(e.time()) }

func (d Date) time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

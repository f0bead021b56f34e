package trade

import (
	"fmt"
	"time"
)

// A Date is a day of the Gregorian calendar, without a time zone; or a whole
// month, if the paper prints no day ("March 2026", 二〇二六年三月): Day is 0 then,
// and the Date shows as "2026-03".
type Date struct {
	Year  int
	Month time.Month
	Day   int // 0 is a month without a day
}

// Valid reports whether the calendar has that day, or month.
func (d Date) Valid() bool {
	if d.Month < time.January || d.Month > time.December {
		return false
	}
	t := d.first()
	return t.Year() == d.Year && t.Month() == d.Month && (d.Day == 0 || t.Day() == d.Day)
}

// DaysUntil returns the days from d to e; negative if e is earlier. Of a month
// without a day the nearest day counts, so that the distance is never more than
// the papers say; it is 0 if one may hold the other.
func (d Date) DaysUntil(e Date) int {
	days := func(from, to time.Time) int { return int(to.Sub(from).Hours() / 24) }
	if n := days(d.last(), e.first()); n > 0 {
		return n
	}
	return min(0, days(d.first(), e.last()))
}

// Before reports whether d is earlier than e, whatever the days that are not
// printed.
func (d Date) Before(e Date) bool { return d.last().Before(e.first()) }

// first returns the first day that d may be.
func (d Date) first() time.Time {
	return time.Date(d.Year, d.Month, max(d.Day, 1), 0, 0, 0, 0, time.UTC)
}

// last returns the last day that d may be.
func (d Date) last() time.Time {
	if d.Day == 0 {
		return time.Date(d.Year, d.Month+1, 0, 0, 0, 0, 0, time.UTC)
	}
	return d.first()
}

func (d Date) String() string {
	if d.Day == 0 {
		return fmt.Sprintf("%04d-%02d", d.Year, int(d.Month))
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

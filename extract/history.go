package extract

import (
	"context"
	"time"

	"tallyman/extract/page"
	"tallyman/extract/sandbox"
	"tallyman/trade"
)

// history asks what the file tells of its versions and makers. What belongs to a
// page goes to it, the rest to the source. Failing is no fault of the paper, but
// it is said: not looked is not the same as nothing there.
func (x *Extractor) history(ctx context.Context, ses *session, s *Source, pages []*page.Page) {
	var all []trade.Observation
	cpu := x.limits.PageCPU + time.Duration(min(len(pages), 40))*time.Second
	_, err := ses.call(ctx, x.budget(cpu), "history", nil, &all)
	if err == nil {
		err = checkHistory(all, s.PageCount)
	}
	if err != nil {
		if ctx.Err() == nil {
			s.Notes = append(s.Notes, page.Note{Code: page.NoHistory, Text: "Earlier versions of the file could not be compared; it was not checked for what was changed in it."})
		}
		return
	}
	for _, o := range all {
		if o.Page == 0 {
			s.Seen = append(s.Seen, o)
			continue
		}
		for _, p := range pages {
			if p.Number == o.Page && len(p.Seen) < maxSeen {
				p.Seen = append(p.Seen, o)
			}
		}
	}
}

// maxHistory is how many observations of a file as a whole are kept.
const maxHistory = 2000

func checkHistory(all []trade.Observation, pages int) error {
	if len(all) > maxHistory {
		return sandbox.ErrAnswer
	}
	for _, o := range all {
		if o.Page < 0 || o.Page > pages || checkSeen([]trade.Observation{o}, o.Page) != nil {
			return sandbox.ErrAnswer
		}
	}
	return nil
}

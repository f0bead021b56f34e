package audit

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
)

//go:embed report_audit.html
var auditHTML string

// renderHTML writes one page that needs nothing else: no network, no script, no
// other file. The seal is a comment at the end.
func renderHTML(v *view, seal string) ([]byte, error) {
	t, err := template.New("audit").Funcs(template.FuncMap{
		"say":  v.Lang.say,
		"show": readable,
		"picture": func(sha, medium string) template.URL {
			return template.URL("data:" + medium + ";base64," + base64.StdEncoding.EncodeToString(v.Account.Pictures[sha]))
		},
		"style": func(box []float64, width, height int) template.CSS {
			if len(box) != 4 || width <= 0 || height <= 0 {
				return ""
			}
			w, h := float64(width), float64(height)
			return template.CSS(fmt.Sprintf("left:%.2f%%;top:%.2f%%;width:%.2f%%;height:%.2f%%", 100*box[0]/w, 100*box[1]/h, 100*(box[2]-box[0])/w, 100*(box[3]-box[1])/h))
		},
		"height": func(y float64, height int) template.CSS {
			return template.CSS(fmt.Sprintf("top:%.2f%%", 100*y/float64(max(height, 1))))
		},
	}).Parse(auditHTML)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, v); err != nil {
		return nil, err
	}
	fmt.Fprintf(&b, "<!-- %s -->\n", seal)
	return b.Bytes(), nil
}

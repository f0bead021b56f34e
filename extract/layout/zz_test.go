package layout
import ("testing";"os";"context";"fmt";"tallyman/extract/format/pdf")
func TestZZ(t *testing.T){
 _ = context.Background()
 e,err:=pdf.NewEngine(pdf.CacheDir()); if err!=nil {t.Fatal(err)}
 b,_:=os.ReadFile(os.Getenv("ZZ")); d,err:=e.Open(b,""); if err!=nil{t.Fatal(err)}
 l,err:=d.Read(1); if err!=nil{t.Fatal(err)}
 for _,ln:=range linesOf(l.Page){ fmt.Printf("y%.0f:",ln.box.Y0); for _,c:=range ln.cells{ fmt.Printf(" [%.0f-%.0f %s]",c.box.X0,c.box.X1,c.text)}; fmt.Println() }
 for _,r:=range l.Page.Rules { if !r.Horizontal() { fmt.Printf("V x%.0f y%.0f-%.0f\n",r.X0,r.Y0,r.Y1)} }
}

package trade

// A Dossier is the set of papers presented for one consignment.
type Dossier struct {
	ID        string
	Documents []*Document
	// CheckedOn is the day on which the papers were handed over or are checked;
	// the zero Date means unknown. Rules read no clock: they compare with it.
	CheckedOn Date
}

// Find returns the document with that ID, or nil.
func (d *Dossier) Find(id string) *Document {
	for _, doc := range d.Documents {
		if doc.ID == id {
			return doc
		}
	}
	return nil
}

// A Document is one paper, and what it says of the consignment (UN/CEFACT:
// exchanged document). It is filled by [Document.Set] alone.
type Document struct {
	ID             string // SHA-256 of the file and the page range, hex
	Name           string // how people refer to it: the file name, and the pages if the file holds several papers
	File           string // path of the file as given
	SHA256         string // of the file, hex
	Pages          []int  // pages of the file, counted from 1
	Type           DocumentType
	TypeConfidence float64
	Status         Status
	Reason         string // why Status is not Done; empty if it is

	Number    Reading[string]
	IssueDate Reading[Date]
	Currency  Reading[string] // ISO 4217

	Consignment

	// Restatements are further mentions of a field that was already stated,
	// for instance in the second language of a bilingual paper.
	Restatements []Field

	// Observations are what readers noticed about the paper itself, by page.
	Observations []Observation

	print []string // the words of the paper, letters and digits only
}

// Status says how far a document was read.
type Status string

const (
	Done        Status = "done"        // read whole
	Partial     Status = "partial"     // some of it could not be read; Reason says what
	Quarantined Status = "quarantined" // could not be read; kept for a person
	Rejected    Status = "rejected"    // is no paper that we read
)

// A Consignment is "a separately identifiable collection of goods items to be
// transported or available to be transported from one consignor to one
// consignee" (UN/CEFACT BSP RDM D22A), as one paper describes it.
type Consignment struct {
	Consignor, Consignee, NotifyParty, Carrier, Declarant Party
	Seller, Buyer                                         Party

	Contract, Invoice, TransportDocument Reference

	DeliveryTerms                                     Reading[DeliveryTerms]
	PlaceOfLoading, PlaceOfUnloading, PlaceOfDelivery Reading[string]
	BorderPost                                        Reading[string]
	CountryOfOrigin, CountryOfDestination             Reading[string] // ISO 3166-1 alpha-2

	GrossMass      Reading[Mass] // goods and packaging, without transport equipment (UN/CEFACT "gross weight")
	NetMass        Reading[Mass] // without packaging; some papers count the retail packing in, see house words
	ChargeableMass Reading[Mass] // air: the greater of actual and volumetric
	TareMass       Reading[Mass] // of the transport equipment
	GrossVolume    Reading[Volume]
	Packages       Reading[Packages]

	InvoiceTotal, Subtotal, Freight, Insurance, Discount, Tax, CustomsValue Reading[Money]
	OtherCharges                                                            Reading[Money]
	TaxRate                                                                 Reading[Percent]
	AmountInWords                                                           Reading[string] // the total, spelled out
	TotalQuantity                                                           Reading[Quantity]

	Equipment    []TransportEquipment
	Vehicles     []Vehicle
	MeansName    Reading[string] // of the vessel, or the flight
	Marks        Reading[string] // shipping marks
	PaymentTerms Reading[string]

	Items []Item

	// PageTotals are sums printed at the foot or head of single pages.
	PageTotals []PageTotal
	// PageNumbers are texts such as "2 of 3", one for each page that prints one.
	PageNumbers []Reading[PageNumber]
}

// An Item is a line of goods: "separately identified for transport and customs
// purposes" (UN/CEFACT BSP RDM D22A, consignment item).
type Item struct {
	Description        Reading[string]
	TariffCode         Reading[TariffCode]
	Quantity           Reading[Quantity]
	UnitPrice, Amount  Reading[Money]
	NetMass, GrossMass Reading[Mass]
	GrossVolume        Reading[Volume]
	Packages           Reading[Packages]
	PackageDimensions  Reading[Dimensions] // of one package
	QuantityPerPackage Reading[Quantity]
	Origin             Reading[string] // ISO 3166-1 alpha-2
	ArticleNumber      Reading[string]
	SerialNumbers      Reading[string]
	Brand              Reading[string]
	Sequence           Reading[string] // the number printed before the line
}

// A Party is a person or firm in one role.
type Party struct {
	Name, Address Reading[string]
	Country       Reading[string] // ISO 3166-1 alpha-2
	ID            Reading[string] // tax or registration number, without its label
	Phone, Email  Reading[string]
	Account       Reading[string] // bank account, usually an IBAN
}

// A Reference is a mention of another paper.
type Reference struct {
	Number Reading[string]
	Date   Reading[Date]
}

// TransportEquipment is a container, or a railway wagon.
type TransportEquipment struct {
	ID    Reading[string] // ISO 6346 with check digit, or the eight digits of a 1520 mm wagon
	Seals []Reading[string]
}

// A Vehicle is a lorry, tractor or trailer.
type Vehicle struct{ Plate Reading[string] }

// A PageTotal is a running sum: what a page carries forward to the next, and
// what the next says was brought forward.
type PageTotal struct {
	BroughtForward, CarriedForward, Total Reading[Money]
}

// DocumentType is a code of UN/EDIFACT data element 1001.
type DocumentType string

const (
	UnknownType          DocumentType = ""
	OtherPaper           DocumentType = "998" // no shipping paper: bank letter, report, receipt
	PackingList          DocumentType = "271"
	Contract             DocumentType = "315" // and its specifications
	ProformaInvoice      DocumentType = "325"
	CommercialInvoice    DocumentType = "380"
	InsuranceCertificate DocumentType = "520"
	HouseWaybill         DocumentType = "703"
	MasterBillOfLading   DocumentType = "704"
	BillOfLading         DocumentType = "705"
	SeaWaybill           DocumentType = "710"
	HouseBillOfLading    DocumentType = "714"
	RailConsignmentNote  DocumentType = "720" // SMGS, CIM
	RoadConsignmentNote  DocumentType = "730" // CMR
	AirWaybill           DocumentType = "740"
	MasterAirWaybill     DocumentType = "741"
	ExportDeclaration    DocumentType = "830"
	ImportDeclaration    DocumentType = "929"
	CertificateOfOrigin  DocumentType = "861"
)

var typeNames = map[DocumentType]string{
	OtherPaper:           "other paper",
	PackingList:          "packing list",
	Contract:             "contract",
	ProformaInvoice:      "proforma invoice",
	CommercialInvoice:    "commercial invoice",
	InsuranceCertificate: "insurance certificate",
	HouseWaybill:         "house waybill",
	MasterBillOfLading:   "master bill of lading",
	BillOfLading:         "bill of lading",
	SeaWaybill:           "sea waybill",
	HouseBillOfLading:    "house bill of lading",
	RailConsignmentNote:  "rail consignment note",
	RoadConsignmentNote:  "road consignment note",
	AirWaybill:           "air waybill",
	MasterAirWaybill:     "master air waybill",
	ExportDeclaration:    "export declaration",
	ImportDeclaration:    "import declaration",
	CertificateOfOrigin:  "certificate of origin",
}

// Name returns the type in words, such as "packing list".
func (t DocumentType) Name() string {
	if n, ok := typeNames[t]; ok {
		return n
	}
	return "document " + string(t)
}

// Transport reports whether the paper is a contract of carriage.
func (t DocumentType) Transport() bool {
	switch t {
	case HouseWaybill, MasterBillOfLading, BillOfLading, SeaWaybill, HouseBillOfLading,
		RailConsignmentNote, RoadConsignmentNote, AirWaybill, MasterAirWaybill:
		return true
	}
	return false
}

// Declaration reports whether the paper is a goods declaration to customs.
func (t DocumentType) Declaration() bool { return t == ExportDeclaration || t == ImportDeclaration }

// Invoice reports whether the paper asks, or announces to ask, for payment.
func (t DocumentType) Invoice() bool { return t == CommercialInvoice || t == ProformaInvoice }

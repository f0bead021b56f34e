package vague

import "tallyman/rules"

// StopWordAlone looks for the terms that the European Union does not accept as
// a description.
var StopWordAlone = &rules.Rule{
	ID:    "VG-01",
	Title: "description is a general term and nothing more",
	Doc: `Terms such as "parts", "general cargo" or "freight of all kinds" do not let anyone
identify the goods; the European Union rejects an entry summary declaration whose
description is such a term alone. A term within a longer description is no
finding.

The severity is high if no line of any paper says what goods there are, medium for
one line among others, and on an invoice or a declaration if another paper says, low if a tariff code of six digits stands
beside it. On other papers a general term is allowed if the invoice is specific,
and is stated as a fact only; so is a term with the number of an article.`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "Delegated Regulation (EU) 2015/2446, Annex B, data element 18 05 000 000", URL: "https://www.ensadviser.com/post/what-counts-as-valid-goods-description-ics2"},
		{Title: "European Commission, ICS2 list of stop words; a selection", URL: "https://www.ensadviser.com/post/list-of-ics2-stop-words"},
		{Title: "UCP 600, articles 14(e) and 18(c): the invoice has to be specific, other papers may be general"},
	},
	Run: func(p *rules.Pass) error {
		check(p, english, everyList)
		return nil
	},
}

// StopWordAloneRussian looks for the same in Russian and Kazakh.
var StopWordAloneRussian = &rules.Rule{
	ID:    "VG-04",
	Title: "description is a general term in Russian or Kazakh",
	Doc: `Russian and Kazakh papers have their own general terms: "товары народного
потребления", "сборный груз", "комплектующие", "бытовая техника". No authority
publishes a list of them; this one is the project's own, made of the equivalents
of the European list and of terms of the region's forwarders.

The severity follows the same ladder as rule VG-01.`,
	Severity: rules.High,
	Sources: []rules.Source{
		{Title: "the project's own list of Russian and Kazakh terms", Unverified: true},
		{Title: "UCP 600, articles 14(e) and 18(c): the invoice has to be specific, other papers may be general"},
	},
	Run: func(p *rules.Pass) error {
		check(p, russian, everyList)
		return nil
	},
}

var everyList = []phrases{english, russian}

// english are terms of the European list that say nothing even to somebody who
// knows the sender. Terms that name goods, such as fish, steel or shoes, are
// left out: the list has them too, but on an invoice they describe something.
var english = list(`
accessories, accessory, adapter, adapters, all kind of cargo, all kinds of cargo, all kind of goods, all kinds of goods
appliances, articles, article, as ordered, as per invoice, as per attached invoice, as per attached list, as per packing list
as per attached specification, see invoice, see attached invoice, see attached list, attached manifest, attached list
auto parts, autoparts, car parts, automotive parts, battery, boards, boxes, cards, cargo, cartons, case, cases, chemicals
collected items, commodity, commodities, component, components, consol, consolidated, consolidated cargo, consolidated goods
consolidation, consumer, consumer goods, courier, courier goods, dangerous goods, decorative items, documents
electronic equipment, electronic goods, electronic items, electronic components, electronic parts, electronics, equipment
exhibition goods, express, fak, foodstuff, foodstuffs, freight, freight all kinds, freight of all kinds, general cargo, general goods
general merchandise, gift, gifts, goods, groupage, groupage cargo, hardware, hazardous goods, household goods, industrial goods
industrial equipment, industrial parts, items, machine, machine parts, machinery, machinery parts, material, materials, merchandise
misc, miscellaneous, mixed cargo, mixed goods, no commercial value, packages, pallets, parcel, parcels, parts, personal effects
personal belongings, pieces, private goods, product, products, promotional items, promotional goods, repair parts, said to contain
sample, samples, shipment, sundries, sundry, spare, spares, spare part, spare parts, stuff, supplies, technical goods, tools
unknown, used goods, various, various goods, various products, various items
`, "and or of the a for with other others etc incl including new used assorted different set sets lot lots pcs kits")

// russian are Russian and Kazakh terms of the same kind.
var russian = list(`
аксессуары, аппаратура, багаж, бытовая техника, бытовые товары, бытовой химии товары, бытовая химия, вещи, вещи личного пользования
груз, грузы, генеральный груз, детали, запасные части, запчасти, зап части, запчасти для автомобилей, запчасти к автомобилям
автозапчасти, авто запчасти, изделия, изделие, имущество, инструмент, инструменты, комплектующие, комплектующие изделия
комплектующие части, компоненты, консолидированный груз, косметика, личные вещи, материал, материалы, механизмы, мелкий груз
наливной груз, насыпной груз, оборудование, образцы, опасный груз, подарки, предметы, предметы домашнего обихода
предметы домашнего обихода и личного пользования, принадлежности, приборы, продукты, продукты питания, продукция, прочее, прочие
прочие товары, прочий груз, прочие изделия, разное, разные товары, рекламные материалы, сборный груз, согласно инвойсу
согласно инвойса, согласно счету, согласно счета, согласно приложению, согласно спецификации, согласно упаковочному листу, по инвойсу
смотри инвойс, см инвойс, см приложение, снаряжение, техника, технические товары, технологическое оборудование
производственное оборудование, промышленное оборудование, промышленные товары, товар, товары, товары для дома, товары в ассортименте
товары народного потребления, тнп, товары широкого потребления, товары личного пользования, узлы, устройства, хозтовары
хозяйственные товары, части, электрооборудование, электроника, электронное оборудование, электронные компоненты, электротовары
ассортимент, экспонаты, электронные изделия
тауарлар, тауар, жүк, жүктер, жиынтық жүк, құрама жүк, бөлшектер, қосалқы бөлшектер, автобөлшектер, жабдық, жабдықтар, құрал жабдық
жинақтаушылар, керек жарақтар, халық тұтынатын тауарлар, тұрмыстық техника, тұрмыстық тауарлар, үй тұрмысындағы заттар
шаруашылық тауарлары, басқа, басқалар, әртүрлі тауарлар, электроника, материалдар, үлгілер, сыйлықтар, шот бойынша, инвойс бойынша
`, "и или в для к с из прочие прочее другие другой иные разные разное различные различный новые новое б у бу ассортименте ассорт др т д тд также шт комплект комплекты және мен басқа әртүрлі түрлі үшін")

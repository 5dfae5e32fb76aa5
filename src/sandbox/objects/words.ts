const list = (words: string): readonly string[] => words.split('|');

export const firstNames = list(
  'Anna|Ben|Carla|David|Elena|Farid|Greta|Hassan|Ines|Jonas|Katarzyna|Liam|Mónica|Noah|Olga|Paul|Quentin|Rosa|Sven|Tamar|Uwe|Valérie|Wei|Ximena|Yusuf|Zoë|Aoife|Björn|Chloé|Diego|Emma|François|Giulia|Henrik|Ivan|Jürgen|Kofi|Lucía|Mehmet|Nadia|Oskar|Priya|Rania|Søren|Theo|Ulrike|Vikram|Walter|Yuki|Zlatan|Grace|Ada|Alan|Barbara|Dennis|Edsger|Frances|Ken|Linus|Margaret',
);

export const lastNames = list(
  "Müller|Smith|García|Rossi|Novák|Kowalski|O'Brien|van der Berg|Dubois|Andersson|Nielsen|Yılmaz|Haddad|Cohen|Ivanov|Nakamura|Chen|Patel|Okafor|Silva|Fernández|Weiß|Schröder|Lindqvist|Virtanen|Papadopoulos|Horvat|Popescu|Nagy|D'Angelo|Johnson|Brown|Taylor|Wilson|Evans|Fischer|Weber|Wagner|Becker|Hoffmann|Moreau|Lefèvre|Bianchi|Conti|Jansen|de Vries|Larsen|Hansen|Murphy|Kelly|Sato|Kim|Nguyen|Singh|Khan|Mensah|Diallo|Santos|Costa|Peeters",
);

export const companyStems = list(
  'Nordwind|Alpenblick|Blue Harbour|Cobalt|Delta Forge|Evergreen|Falcon|Granite|Helios|Ironbridge|Juniper|Kestrel|Lumen|Meridian|Nimbus|Orchard|Pinnacle|Quarry|Redwood|Silverline|Tidewater|Umbra|Vantage|Westgate|Xenon|Yarrow|Zephyr|Amber|Birch|Castle|Drift|Ember|Fjord|Glacier|Harvest|Indigo|Jasper|Keystone|Lakeside|Marble',
);

export const companyTrades = list(
  'Logistics|Software|Engineering|Foods|Textiles|Energy|Analytics|Consulting|Robotics|Health|Media|Packaging|Optics|Machinery|Insurance|Travel|Ceramics|Security|Networks|Printing',
);

export const companyForms = list('GmbH|AG|Ltd|Inc.|LLC|S.A.|B.V.|AB|Oy|SpA|SARL|& Co. KG');

export const industries = list(
  'COMPUTER_SOFTWARE|LOGISTICS_AND_SUPPLY_CHAIN|MACHINERY|FOOD_PRODUCTION|TEXTILES|RENEWABLES_ENVIRONMENT|MANAGEMENT_CONSULTING|INDUSTRIAL_AUTOMATION|HOSPITAL_HEALTH_CARE|MEDIA_PRODUCTION|PACKAGING_AND_CONTAINERS|INSURANCE|LEISURE_TRAVEL_TOURISM|GLASS_CERAMICS_CONCRETE|COMPUTER_NETWORK_SECURITY|PRINTING',
);

export const jobTitles = list(
  'Chief Executive Officer|Head of Sales|Marketing Manager|Purchasing Manager|Plant Manager|Data Analyst|Software Engineer|Accountant|HR Manager|Chief Technology Officer|Customer Success Manager|Operations Lead|Assistant|Founder|Procurement Specialist|Quality Manager',
);

/** City, region, country, postal code. */
export const places: readonly (readonly [string, string, string, string])[] = [
  ['Berlin', 'Berlin', 'Germany', '10115'],
  ['München', 'Bayern', 'Germany', '80331'],
  ['Hamburg', 'Hamburg', 'Germany', '20095'],
  ['Zürich', 'ZH', 'Switzerland', '8001'],
  ['Wien', 'Wien', 'Austria', '1010'],
  ['Lyon', 'Auvergne-Rhône-Alpes', 'France', '69001'],
  ['Milano', 'Lombardia', 'Italy', '20121'],
  ['Dublin', 'Leinster', 'Ireland', 'D02 X285'],
  ['London', 'England', 'United Kingdom', 'EC1A 1BB'],
  ['Boston', 'MA', 'United States', '02108'],
  ['Austin', 'TX', 'United States', '73301'],
  ['São Paulo', 'SP', 'Brazil', '01000-000'],
  ['Toronto', 'ON', 'Canada', 'M5H 2N2'],
  ['Tōkyō', 'Kantō', 'Japan', '100-0001'],
  ['Warszawa', 'Mazowieckie', 'Poland', '00-001'],
  ['Göteborg', 'Västra Götaland', 'Sweden', '411 01'],
];

export const streets = list(
  'Hauptstraße|Market Street|Rue de la Paix|Via Roma|Harbour Road|Lindenweg|Station Road|Elm Street|Kungsgatan|Avenida Central',
);

export const sentences = list(
  'Asked for a quote for the next quarter.|Left a voicemail, will call again on Monday.|Very happy with the last delivery.|Needs a demo for the whole team.|Contract is with their legal department.|Price is too high compared with the competition.|Wants to renew for two years.|The invoice has a wrong address.|Interested in the premium plan.|Machine stopped after the update.|Cannot log in since yesterday.|Would like to talk to an engineer.|Sent the brochure by mail.|Budget is approved for this year.|Decision is expected within two weeks.',
);

export const products = list(
  'annual licence|starter package|onboarding|premium support|pilot project|renewal|expansion|spare parts|training|integration|audit|maintenance contract',
);

/** What real accounts contain and loaders stumble over. */
export const nastyTexts: readonly string[] = [
  '👩‍👩‍👧‍👦 family & 🇩🇪 flag 🚀',
  'مرحبا بالعالم \u202Eright to left\u202C',
  'שלום עולם',
  'NUL inside: a\u0000b',
  'lone high surrogate \ud83d end',
  'lone low surrogate \udc00 end',
  'first line\nsecond line\r\nthird line',
  'tab\tseparated\tvalues',
  'back\\slash \\N \\. \\x00',
  `quotes ' " \` and ''double''`,
  '  spaces around  ',
  ';semicolons;everywhere;',
  '<b>bold</b> &amp; <script>alert(1)</script>',
  'Zalgo t̴̢̧e̵̛x̶t',
  '',
  'null',
  '{"looks":"like json"}',
  '\u2028line separator\u2029',
  "Robert'); DROP TABLE contacts;--",
  '=HYPERLINK("http://example.com")',
  'a,b;c|d\te',
  '\ufeffbyte order mark',
  '\u0001\u001f control characters \u007f',
];

import type { Messages } from './messages.ts';

export const hiReport: Messages['report'] = {
  late: '{n, plural, one {# निष्पादन इन दिनों से पहले का है; ट्रेडिंग वेन्यू ने इसे पिछली रिपोर्ट के बाद बताया और यह यहाँ गिना गया है।} other {# निष्पादन इन दिनों से पहले के हैं; ट्रेडिंग वेन्यू ने इन्हें पिछली रिपोर्ट के बाद बताया और ये यहाँ गिने गए हैं।}}',
  totals: '{realisedIs, select, known {वास्तविक लाभ/हानि} other {खरीद और बिक्री}}',
  total: '{currencyIs, select, known {{venue}, {currency} में} other {{venue}}}',
  totalLine:
    '{realisedIs, select, known {{realised} (खरीद राशि {bought}, बिक्री राशि {sold})} other {खरीद राशि {bought}, बिक्री राशि {sold}}}',
  unsummed:
    '{n, plural, one {# सिंबल किसी योग में नहीं है: उसकी मुद्रा या अनुबंध का आकार पता नहीं है।} other {# सिंबल किसी योग में नहीं हैं: उनकी मुद्रा या अनुबंध का आकार पता नहीं है।}}',
  bySymbol: 'सिंबल के अनुसार',
  symbolLine:
    '{n, plural, =0 {कोई निष्पादन नहीं} one {# निष्पादन} other {# निष्पादन}}; खरीद {boughtQty}, राशि {bought}; बिक्री {soldQty}, राशि {sold}{realisedIs, select, known {; वास्तविक लाभ/हानि {realised}} other {}}',
  chart: 'सिंबल के अनुसार वास्तविक लाभ/हानि',
  changes: 'ट्रेडिंग वेन्यू द्वारा रद्द किए या सुधारे गए',
  bust: 'सौदा रद्द{fillIs, select, known {: {fill}} other {}}',
  correction: 'सौदा सुधारा गया{fillIs, select, known {; अब {fill}} other {}}',
  openOrders: '{n, plural, =0 {कोई खुला ऑर्डर नहीं} one {# खुला ऑर्डर} other {# खुले ऑर्डर}}',
  openOrder:
    '{leavesQtyIs, select, known {{leavesQty} बाकी} other {खुला}}{priceIs, select, known {, भाव {price}} other {}}',
  unmatched: 'जिसकी खरीद पता नहीं, ऐसी बिक्री: {qty}; लाभ/हानि में शामिल नहीं',
  earlier: 'इन दिनों से पहले के निष्पादन का',
  others: '{n, plural, one {… और # अन्य} other {… और # अन्य}}',
  nothing: 'कुछ भी निष्पादित नहीं हुआ।',
  basis:
    '{realisedIs, select, known {लाभ/हानि में बिक्री का मिलान सबसे पुरानी ज्ञात खरीद से होता है (पहले आया, पहले गया), शुल्क से पहले। } other {}}ऑप्शन और फ्यूचर उनके भाव की प्रति इकाई के हिसाब से गिने जाते हैं।',
};

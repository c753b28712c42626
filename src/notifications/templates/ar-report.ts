import type { Messages } from './messages.ts';

export const arReport: Messages['report'] = {
  late: '{n, plural, zero {} one {عملية تنفيذ واحدة جرت قبل هذه الأيام وأبلغت عنها جهة التنفيذ بعد التقرير السابق؛ وهي محتسبة هنا.} two {عمليتا تنفيذ جرتا قبل هذه الأيام وأبلغت عنهما جهة التنفيذ بعد التقرير السابق؛ وهما محتسبتان هنا.} few {# عمليات تنفيذ جرت قبل هذه الأيام وأبلغت عنها جهة التنفيذ بعد التقرير السابق؛ وهي محتسبة هنا.} many {# عملية تنفيذ جرت قبل هذه الأيام وأبلغت عنها جهة التنفيذ بعد التقرير السابق؛ وهي محتسبة هنا.} other {# عملية تنفيذ جرت قبل هذه الأيام وأبلغت عنها جهة التنفيذ بعد التقرير السابق؛ وهي محتسبة هنا.}}',
  totals: '{realisedIs, select, known {النتيجة المحققة} other {المشتريات والمبيعات}}',
  total: '{currencyIs, select, known {{venue}، بعملة {currency}} other {{venue}}}',
  totalLine:
    '{realisedIs, select, known {{realised} (مشتريات بمبلغ {bought}، ومبيعات بمبلغ {sold})} other {مشتريات بمبلغ {bought}، ومبيعات بمبلغ {sold}}}',
  unsummed:
    '{n, plural, zero {} one {رمز واحد خارج المجاميع: عملته أو حجم عقده غير معروف.} two {رمزان خارج المجاميع: عملتهما أو حجم عقدهما غير معروف.} few {# رموز خارج المجاميع: عملتها أو حجم عقدها غير معروف.} many {# رمزًا خارج المجاميع: عملتها أو حجم عقدها غير معروف.} other {# رمز خارج المجاميع: عملتها أو حجم عقدها غير معروف.}}',
  bySymbol: 'حسب الرمز',
  symbolLine:
    '{n, plural, zero {لا عمليات تنفيذ} one {عملية تنفيذ واحدة} two {عمليتا تنفيذ} few {# عمليات تنفيذ} many {# عملية تنفيذ} other {# عملية تنفيذ}}؛ شراء {boughtQty} بمبلغ {bought}، وبيع {soldQty} بمبلغ {sold}{realisedIs, select, known {؛ النتيجة المحققة {realised}} other {}}',
  chart: 'النتيجة المحققة حسب الرمز',
  changes: 'ما ألغته جهة التنفيذ أو صحّحته',
  bust: 'أُلغيت صفقة{fillIs, select, known {: {fill}} other {}}',
  correction: 'صُحِّحت صفقة{fillIs, select, known { لتصبح {fill}} other {}}',
  openOrders:
    '{n, plural, zero {لا أوامر مفتوحة} one {أمر مفتوح واحد} two {أمران مفتوحان} few {# أوامر مفتوحة} many {# أمرًا مفتوحًا} other {# أمر مفتوح}}',
  openOrder:
    '{leavesQtyIs, select, known {المتبقي {leavesQty}} other {مفتوح}}{priceIs, select, known {، بسعر {price}} other {}}',
  unmatched: 'بيع بلا شراء معروف: {qty}؛ خارج النتيجة',
  earlier: 'من تنفيذ سابق لهذه الأيام',
  others:
    '{n, plural, zero {} one {… وواحد آخر} two {… واثنان آخران} few {… و# أخرى} many {… و# أخرى} other {… و# أخرى}}',
  nothing: 'لم يُنفَّذ شيء.',
  basis:
    '{realisedIs, select, known {تُقابل النتيجةُ المبيعاتِ بأقدم المشتريات المعروفة (ما يدخل أولًا يخرج أولًا)، قبل الرسوم. } other {}}تُحسب عقود الخيارات والعقود الآجلة لكل وحدة من سعرها.',
};

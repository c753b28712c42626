import { arReport } from './ar-report.ts';
import { also, given, type Messages } from './messages.ts';

/** The words of trade as Arabic brokers use them: أمر an order, تنفيذ a fill, جهة التنفيذ a venue, البيع على المكشوف selling short. */

const ofSymbol = given('symbol', ': {symbol}');
const filled = given('fill', 'تم تنفيذ {fill}', 'تم تنفيذ جزء منه');
const limit = given('value', `: القيمة {value}${given('limit', '، والحد {limit}')}`, given('limit', ': الحد {limit}'));
const report = (title: string) => ({
  title: `${title}${given('days', ': {days}')}`,
  body: `${given('fillsText', '{fillsText}', 'تقريرك جاهز')}${given('realised', '؛ النتيجة المحققة {realised}')}${given('openOrdersText', '؛ {openOrdersText}')}.${also('bustedText', 'correctedText')}`,
  more: '',
});

export const ar: Messages = {
  types: {
    ORDER_SUBMITTED: {
      title: `تم قبول الأمر${ofSymbol}`,
      body: '{order}: قبلته جهة التنفيذ.',
      more: '',
    },
    ORDER_PARTIALLY_FILLED: {
      title: `تنفيذ جزئي${ofSymbol}`,
      body: `{order}: ${filled}${given('leavesQty', '؛ المتبقي {leavesQty}')}.${also('done')}`,
      more: '',
    },
    ORDER_FILLED: {
      title: `تم التنفيذ${ofSymbol}`,
      body: `{order}: تم تنفيذه بالكامل${given('cumQty', '، {cumQty}')}${given('avgPx', ' بمتوسط سعر {avgPx}')}.`,
      more: '',
    },
    ORDER_CANCELED: {
      title: `تم إلغاء الأمر${ofSymbol}`,
      body: `{order}: تم إلغاؤه.${also('done', 'said')}`,
      more: '',
    },
    ORDER_REJECTED: {
      title: `تم رفض الأمر${ofSymbol}`,
      body: `{order}: ${given('why', 'تم رفضه: {why}', 'رفضته جهة التنفيذ')}.${also('done', 'said')}`,
      more: 'لم يعد أي جزء منه قائمًا لدى جهة التنفيذ.',
    },
    ORDER_EXPIRED: {
      title: `انتهت صلاحية الأمر${ofSymbol}`,
      body: `{order}: انتهت صلاحيته.${also('done', 'said')}`,
      more: '',
    },
    EXECUTION_FAILED: {
      title: `تم رفض الطلب${ofSymbol}`,
      body: `{order}: رفضت جهة التنفيذ {answers, select, CANCEL {طلب إلغائه} REPLACE {طلب تعديله} other {الطلب}}${given('why', ': {why}')}. {status, select, FILLED {كان الأمر قد نُفِّذ.} CANCELED {كان الأمر قد أُلغي.} EXPIRED {كانت صلاحية الأمر قد انتهت.} REJECTED {كان الأمر قد رُفض.} other {يبقى الأمر كما كان.}}${also('said')}`,
      more: '',
    },
    EXECUTION_BUSTED: {
      title: `ألغت جهة التنفيذ صفقة${ofSymbol}`,
      body: `{order}: ألغت جهة التنفيذ صفقة منفَّذة${given('fill', ' ({fill})')}، ولم تعد محسوبة.${also('done', 'said')}`,
      more: 'يتغيّر معها مركزك ونتيجتك. قارنهما بكشف جهة التنفيذ.',
    },
    EXECUTION_CORRECTED: {
      title: `صحّحت جهة التنفيذ صفقة${ofSymbol}`,
      body: `{order}: صحّحت جهة التنفيذ صفقة منفَّذة${given('fill', ' لتصبح {fill}')}.${also('done', 'said')}`,
      more: 'تُحتسب الأرقام المصحَّحة من الآن في مركزك وفي نتيجتك.',
    },
    ORDER_OVERFILLED: {
      title: `تنفيذ يتجاوز كمية الأمر${ofSymbol}`,
      body: `{order}: تم تنفيذ كمية تتجاوز المطلوب${given('overfillQty', ' بمقدار {overfillQty}')}.${given('fill', ' آخر تنفيذ: {fill}.')}${also('done')}`,
      more: 'التنفيذ لدى جهة التنفيذ حقيقي: تم تداول أكثر مما طلبت.',
    },
    LATE_FILL: {
      title: `تنفيذ متأخر${ofSymbol}`,
      body: `{order}: ${filled} بعد {lateAfter, select, CANCELED {إلغائه} EXPIRED {انتهاء صلاحيته} REJECTED {رفضه} other {إغلاقه}}.${also('done')}`,
      more: 'هذا التنفيذ حقيقي ومحسوب.',
    },
    STRATEGY_STATUS: {
      title: `الاستراتيجية${given('strategy', ' {strategy}')}: {status, select, STARTED {بدأت} RUNNING {تعمل} PAUSED {متوقفة مؤقتًا} STOPPED {توقفت} FAILED {تعطّلت} other {تغيّرت حالتها}}`,
      body: `الاستراتيجية${given('strategy', ' {strategy}')} {status, select, STARTED {بدأت العمل} RUNNING {تعمل الآن} PAUSED {متوقفة مؤقتًا} STOPPED {توقفت عن العمل} FAILED {تعطّلت} other {تغيّرت حالتها}}.${given('text', ' «{text}»')}`,
      more: '',
    },
    RISK_VIOLATION: {
      title: `مخالفة لقواعد المخاطر${ofSymbol}`,
      body: `تمت مخالفة إحدى قواعد المخاطر${given('rule', ' ({rule})')}${limit}.${given('text', ' «{text}»')}`,
      more: 'قد تُرفض الأوامر إلى أن تُصحَّح هذه الحالة.',
    },
    LIMIT_BREACHED: {
      title: `تم تجاوز أحد الحدود${ofSymbol}`,
      body: `تم تجاوز أحد الحدود${given('rule', ' ({rule})')}${limit}.${given('text', ' «{text}»')}`,
      more: '',
    },
    PRICE_ALERT: {
      title: `تنبيه سعر${ofSymbol}`,
      body: `{condition, select, ABOVE {ارتفع} BELOW {انخفض} other {وصل}} سعر ${given('symbol', '{symbol}', 'الأداة المالية')} إلى ${given('price', '{price}', given('level', '{level}', 'المستوى الذي حدّدته'))}${given('price', given('level', ' (المستوى الذي حدّدته: {level})'))}.`,
      more: '',
    },
    VOLUME_ALERT: {
      title: `تنبيه حجم التداول${ofSymbol}`,
      body: `وصل حجم التداول${given('symbol', ' على {symbol}')} إلى ${given('volume', '{volume}', given('level', '{level}', 'المستوى الذي حدّدته'))}${given('volume', given('level', ' (المستوى الذي حدّدته: {level})'))}.`,
      more: '',
    },
    ACCOUNT_SECURITY: {
      title: 'أمان حسابك',
      body: `{event, select, NEW_SIGN_IN {تم تسجيل دخول جديد إلى حسابك} SIGN_IN_FAILED {فشلت محاولة لتسجيل الدخول إلى حسابك} PASSWORD_CHANGED {تم تغيير كلمة المرور} TWO_FACTOR_ON {تم تفعيل التحقق بخطوتين} TWO_FACTOR_OFF {تم إيقاف التحقق بخطوتين} API_KEY_CREATED {تم إنشاء مفتاح برمجي (API) لحسابك} CONTACT_CHANGED {تم تغيير بيانات الاتصال بك} LOCKED {تم قفل حسابك} other {حدث تغيير في أمان حسابك}}${given('device', '، {device}')}${given('place', '، {place}')}. إن لم تكن أنت من فعل ذلك، فبادر إلى تأمين حسابك الآن.`,
      more: 'لا نطلب منك أبدًا كلمة المرور أو رمز تحقق في رسالة.',
    },
    REGULATORY_NOTICE: {
      title: given('title', '{title}', 'إشعار تنظيمي'),
      body: given('body', '{body}', 'هناك إشعار تنظيمي جديد. افتح التطبيق لقراءته.'),
      more: '',
    },
    SYSTEM_NOTICE: {
      title: given('title', '{title}', 'إشعار'),
      body: given('body', '{body}', 'هناك إشعار جديد. افتح التطبيق لقراءته.'),
      more: '',
    },
    SYSTEM_MAINTENANCE: {
      title: given('title', '{title}', 'أعمال صيانة'),
      body: `${given('body', '{body}', 'ستخضع الخدمة لأعمال صيانة.')}${given('from', given('to', ' من {from} إلى {to}.', ' ابتداءً من {from}.'))}`,
      more: '',
    },
    BROKER_DISCONNECTED: {
      title: `انقطع الاتصال${given('venue', ': {venue}')}`,
      body: `انقطع الاتصال ${given('venue', 'مع {venue}', 'بجهة التنفيذ')}${given('since', ' منذ {since}')}. لا يمكن حاليًا إرسال الأوامر إليها أو تعديلها، وقد تتأخر أخبارها.${given('openOrdersText', ' لديك فيها: {openOrdersText}.')}`,
      more: 'الأوامر القائمة لدى جهة التنفيذ تبقى قائمة.',
    },
    DAILY_REPORT: report('التقرير اليومي'),
    WEEKLY_REPORT: report('التقرير الأسبوعي'),
    MONTHLY_REPORT: report('التقرير الشهري'),
    DIGEST: {
      title: 'ما حدث في أثناء ذلك',
      body: 'كانت بعض الإشعارات في انتظارك. افتح التطبيق لقراءتها.',
      more: '',
    },
  },
  parts: {
    order: `{side, select, BUY {أمر شراء} SELL {أمر بيع} SELL_SHORT {أمر بيع على المكشوف} other {أمر}}${given('quantity', ` {quantity}${given('symbol', ' من {symbol}')}`, given('symbol', ' {symbol}'))}${given('quantity', '', given('notional', ' بمبلغ {notional}'))}`,
    fill: `{lastQty}${given('lastPx', ' بسعر {lastPx}')}`,
    done: `المنفَّذ حتى الآن: {cumQty}${given('quantity', ' من {quantity}')}${given('avgPx', '، بمتوسط سعر {avgPx}')}.`,
    why: '{rejectReason, select, UNKNOWN_SYMBOL {جهة التنفيذ لا تعرف هذا الرمز} EXCHANGE_CLOSED {السوق مغلقة} ORDER_EXCEEDS_LIMIT {يتجاوز أحد حدود الحساب، كالقوة الشرائية} TOO_LATE_TO_ENTER {وصل بعد فوات الأوان} UNKNOWN_ORDER {جهة التنفيذ لا تعرف هذا الأمر} DUPLICATE_ORDER {لدى جهة التنفيذ أمر بالمعرّف نفسه} STALE_ORDER {كان قديمًا جدًا عند وصوله إلى جهة التنفيذ} INCORRECT_QUANTITY {جهة التنفيذ لا تقبل هذه الكمية} UNKNOWN_ACCOUNT {جهة التنفيذ لا تعرف هذا الحساب} PRICE_EXCEEDS_BAND {السعر بعيد جدًا عن سعر السوق} UNSUPPORTED_ORDER {جهة التنفيذ لا تقبل هذا النوع من الأوامر} other {}}',
    said: 'قالت جهة التنفيذ: «{text}»',
    fillsText:
      '{n, plural, zero {لا عمليات تنفيذ} one {عملية تنفيذ واحدة} two {عمليتا تنفيذ} few {# عمليات تنفيذ} many {# عملية تنفيذ} other {# عملية تنفيذ}}',
    bustedText:
      '{n, plural, zero {لم تُلغِ جهة التنفيذ أي صفقة.} one {ألغت جهة التنفيذ صفقة واحدة.} two {ألغت جهة التنفيذ صفقتين.} few {ألغت جهة التنفيذ # صفقات.} many {ألغت جهة التنفيذ # صفقة.} other {ألغت جهة التنفيذ # صفقة.}}',
    correctedText:
      '{n, plural, zero {لم تصحّح جهة التنفيذ أي صفقة.} one {صحّحت جهة التنفيذ صفقة واحدة.} two {صحّحت جهة التنفيذ صفقتين.} few {صحّحت جهة التنفيذ # صفقات.} many {صحّحت جهة التنفيذ # صفقة.} other {صحّحت جهة التنفيذ # صفقة.}}',
    openOrdersText:
      '{n, plural, zero {لا أوامر مفتوحة} one {أمر مفتوح واحد} two {أمران مفتوحان} few {# أوامر مفتوحة} many {# أمرًا مفتوحًا} other {# أمر مفتوح}}',
  },
  labels: {
    symbol: 'الرمز',
    strategy: 'الاستراتيجية',
    quantity: 'الكمية',
    notional: 'المبلغ',
    price: 'السعر',
    stopPx: 'سعر الإيقاف',
    lastQty: 'كمية التنفيذ',
    lastPx: 'سعر التنفيذ',
    cumQty: 'المنفَّذ حتى الآن',
    leavesQty: 'المتبقي',
    avgPx: 'متوسط السعر',
    overfillQty: 'الزائد على الأمر',
    rule: 'القاعدة',
    value: 'القيمة',
    limit: 'الحد',
    level: 'المستوى الذي حدّدته',
    volume: 'حجم التداول',
    device: 'الجهاز',
    place: 'المكان',
    ip: 'عنوان IP',
    venue: 'جهة التنفيذ',
    account: 'الحساب',
    from: 'من',
    to: 'إلى',
    since: 'منذ',
    occurredAt: 'الوقت',
  },
  footer: {
    everyday: 'الأوقات بتوقيت {timeZone}. يمكنك أن تختار ما نُعلمك به، وأين، من إعدادات الإشعارات في التطبيق.',
    critical:
      'الأوقات بتوقيت {timeZone}. لا يمكن إيقاف الرسائل من هذا النوع؛ ويمكنك أن تختار أين تصلك من إعدادات الإشعارات في التطبيق.',
  },
  digest: {
    title:
      '{n, plural, zero {لا إشعارات في انتظارك} one {إشعار واحد كان في انتظارك} two {إشعاران كانا في انتظارك} few {# إشعارات كانت في انتظارك} many {# إشعارًا كان في انتظارك} other {# إشعار كان في انتظارك}}',
    body: '{n, plural, zero {{first}.} one {{first}؛ وإشعار آخر.} two {{first}؛ وإشعاران آخران.} few {{first}؛ و# إشعارات أخرى.} many {{first}؛ و# إشعارًا آخر.} other {{first}؛ و# إشعار آخر.}}',
    more: '{n, plural, zero {} one {في التطبيق إشعار آخر.} two {في التطبيق إشعاران آخران.} few {في التطبيق # إشعارات أخرى.} many {في التطبيق # إشعارًا آخر.} other {في التطبيق # إشعار آخر.}}',
    separator: '؛ ',
  },
  report: arReport,
};

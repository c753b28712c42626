import { hiReport } from './hi-report.ts';
import { also, given, type Messages } from './messages.ts';

/** The words of trade as Indian brokers use them: ऑर्डर, निष्पादित (filled), अस्वीकृत (rejected), रद्द (canceled), भाव (price). */

const ofSymbol = given('symbol', ': {symbol}');
const filled = given('fill', '{fill} निष्पादित हुआ', 'कुछ हिस्सा निष्पादित हुआ');
const limit = given('value', `: मान {value}${given('limit', ', सीमा {limit}')}`, given('limit', ': सीमा {limit}'));
const report = (title: string) => ({
  title: `${title}${given('days', ': {days}')}`,
  body: `${given('fillsText', '{fillsText}', 'आपकी रिपोर्ट तैयार है')}${given('realised', '; वास्तविक लाभ/हानि {realised}')}${given('openOrdersText', '; {openOrdersText}')}।${also('bustedText', 'correctedText')}`,
  more: '',
});

export const hi: Messages = {
  types: {
    ORDER_SUBMITTED: {
      title: `ऑर्डर स्वीकार हुआ${ofSymbol}`,
      body: '{order}: ट्रेडिंग वेन्यू ने स्वीकार कर लिया है।',
      more: '',
    },
    ORDER_PARTIALLY_FILLED: {
      title: `आंशिक रूप से निष्पादित${ofSymbol}`,
      body: `{order}: ${filled}${given('leavesQty', '; {leavesQty} बाकी है')}।${also('done')}`,
      more: '',
    },
    ORDER_FILLED: {
      title: `ऑर्डर निष्पादित${ofSymbol}`,
      body: `{order}: पूरा निष्पादित हुआ${given('cumQty', ', {cumQty}')}${given('avgPx', ', औसत भाव {avgPx}')}।`,
      more: '',
    },
    ORDER_CANCELED: {
      title: `ऑर्डर रद्द हुआ${ofSymbol}`,
      body: `{order}: रद्द हो गया है।${also('done', 'said')}`,
      more: '',
    },
    ORDER_REJECTED: {
      title: `ऑर्डर अस्वीकृत${ofSymbol}`,
      body: `{order}: ${given('why', 'अस्वीकृत हुआ: {why}', 'ट्रेडिंग वेन्यू ने अस्वीकृत कर दिया है')}।${also('done', 'said')}`,
      more: 'इसका कोई भी हिस्सा अब ट्रेडिंग वेन्यू पर सक्रिय नहीं है।',
    },
    ORDER_EXPIRED: {
      title: `ऑर्डर की अवधि समाप्त${ofSymbol}`,
      body: `{order}: इसकी अवधि समाप्त हो गई है।${also('done', 'said')}`,
      more: '',
    },
    EXECUTION_FAILED: {
      title: `अनुरोध अस्वीकृत${ofSymbol}`,
      body: `{order}: ट्रेडिंग वेन्यू ने {answers, select, CANCEL {इसे रद्द करने का अनुरोध} REPLACE {इसे बदलने का अनुरोध} other {अनुरोध}} अस्वीकृत कर दिया${given('why', ': {why}')}। {status, select, FILLED {ऑर्डर पहले ही निष्पादित हो चुका था।} CANCELED {ऑर्डर पहले ही रद्द हो चुका था।} EXPIRED {ऑर्डर की अवधि समाप्त हो चुकी थी।} REJECTED {ऑर्डर अस्वीकृत हो चुका था।} other {ऑर्डर पहले जैसा ही है।}}${also('said')}`,
      more: '',
    },
    EXECUTION_BUSTED: {
      title: `ट्रेडिंग वेन्यू ने सौदा रद्द किया${ofSymbol}`,
      body: `{order}: ट्रेडिंग वेन्यू ने एक निष्पादित सौदा रद्द कर दिया है${given('fill', ' ({fill})')}; अब वह नहीं गिना जाएगा।${also('done', 'said')}`,
      more: 'इससे आपकी पोज़िशन और लाभ/हानि बदल जाती है। ट्रेडिंग वेन्यू के विवरण से मिलान कर लें।',
    },
    EXECUTION_CORRECTED: {
      title: `ट्रेडिंग वेन्यू ने सौदा सुधारा${ofSymbol}`,
      body: `{order}: ट्रेडिंग वेन्यू ने एक निष्पादित सौदा सुधारा है${given('fill', '; अब {fill}')}।${also('done', 'said')}`,
      more: 'आपकी पोज़िशन और लाभ/हानि में अब सुधारे गए आँकड़े ही गिने जाएँगे।',
    },
    ORDER_OVERFILLED: {
      title: `ऑर्डर से ज़्यादा निष्पादन${ofSymbol}`,
      body: `{order}: ऑर्डर की मात्रा से${given('overfillQty', ' {overfillQty}')} ज़्यादा निष्पादन हुआ।${given('fill', ' पिछला निष्पादन: {fill}।')}${also('done')}`,
      more: 'ट्रेडिंग वेन्यू का यह निष्पादन वास्तविक है: आपके माँगे से ज़्यादा का सौदा हुआ है।',
    },
    LATE_FILL: {
      title: `देर से निष्पादन${ofSymbol}`,
      body: `{order}: {lateAfter, select, CANCELED {रद्द होने} EXPIRED {अवधि समाप्त होने} REJECTED {अस्वीकृत होने} other {बंद होने}} के बाद ${filled}।${also('done')}`,
      more: 'यह निष्पादन वास्तविक है और गिना जाता है।',
    },
    STRATEGY_STATUS: {
      title: `रणनीति${given('strategy', ' {strategy}')}: {status, select, STARTED {शुरू हुई} RUNNING {चल रही है} PAUSED {रुकी हुई है} STOPPED {बंद हुई} FAILED {विफल हुई} other {स्थिति बदली}}`,
      body: `रणनीति${given('strategy', ' {strategy}')} {status, select, STARTED {शुरू हो गई है} RUNNING {चल रही है} PAUSED {कुछ समय के लिए रुकी है} STOPPED {बंद हो गई है} FAILED {विफल हो गई है} other {की स्थिति बदल गई है}}।${given('text', ' “{text}”')}`,
      more: '',
    },
    RISK_VIOLATION: {
      title: `जोखिम नियम का उल्लंघन${ofSymbol}`,
      body: `जोखिम के एक नियम का उल्लंघन हुआ${given('rule', ' ({rule})')}${limit}।${given('text', ' “{text}”')}`,
      more: 'जब तक यह ठीक नहीं होता, ऑर्डर अस्वीकृत हो सकते हैं।',
    },
    LIMIT_BREACHED: {
      title: `सीमा पार हुई${ofSymbol}`,
      body: `एक सीमा पार हो गई है${given('rule', ' ({rule})')}${limit}।${given('text', ' “{text}”')}`,
      more: '',
    },
    PRICE_ALERT: {
      title: `भाव अलर्ट${ofSymbol}`,
      body: `${given('symbol', '{symbol} का भाव', 'भाव')} {condition, select, ABOVE {बढ़कर} BELOW {गिरकर} other {अब}} ${given('price', '{price}', given('level', '{level}', 'आपके तय स्तर'))} पर पहुँच गया है${given('price', given('level', ' (आपका तय स्तर: {level})'))}।`,
      more: '',
    },
    VOLUME_ALERT: {
      title: `वॉल्यूम अलर्ट${ofSymbol}`,
      body: `${given('symbol', '{symbol} का वॉल्यूम', 'वॉल्यूम')} ${given('volume', '{volume}', given('level', '{level}', 'आपके तय स्तर'))} पर पहुँच गया है${given('volume', given('level', ' (आपका तय स्तर: {level})'))}।`,
      more: '',
    },
    ACCOUNT_SECURITY: {
      title: 'आपके खाते की सुरक्षा',
      body: `{event, select, NEW_SIGN_IN {आपके खाते में नया साइन-इन हुआ है} SIGN_IN_FAILED {आपके खाते में साइन-इन की एक कोशिश विफल हुई} PASSWORD_CHANGED {आपका पासवर्ड बदला गया है} TWO_FACTOR_ON {दो-चरणीय सत्यापन चालू किया गया है} TWO_FACTOR_OFF {दो-चरणीय सत्यापन बंद किया गया है} API_KEY_CREATED {आपके खाते के लिए एक API कुंजी बनाई गई है} CONTACT_CHANGED {आपकी संपर्क जानकारी बदली गई है} LOCKED {आपका खाता लॉक किया गया है} other {आपके खाते की सुरक्षा में कुछ बदला है}}${given('device', ', {device}')}${given('place', ', {place}')}। अगर यह आपने नहीं किया, तो अपना खाता तुरंत सुरक्षित करें।`,
      more: 'हम किसी संदेश में आपका पासवर्ड या कोड कभी नहीं माँगते।',
    },
    REGULATORY_NOTICE: {
      title: given('title', '{title}', 'नियामक सूचना'),
      body: given('body', '{body}', 'एक नई नियामक सूचना है। पढ़ने के लिए ऐप खोलें।'),
      more: '',
    },
    SYSTEM_NOTICE: {
      title: given('title', '{title}', 'सूचना'),
      body: given('body', '{body}', 'एक नई सूचना है। पढ़ने के लिए ऐप खोलें।'),
      more: '',
    },
    SYSTEM_MAINTENANCE: {
      title: given('title', '{title}', 'रखरखाव'),
      body: `${given('body', '{body}', 'सेवा में रखरखाव का काम होगा।')}${given('from', given('to', ' {from} से {to} तक।', ' {from} से।'))}`,
      more: '',
    },
    BROKER_DISCONNECTED: {
      title: `कनेक्शन टूट गया${given('venue', ': {venue}')}`,
      body: `${given('venue', '{venue}', 'एक ट्रेडिंग वेन्यू')} से कनेक्शन टूट गया है${given('since', ' ({since} से)')}। अभी वहाँ ऑर्डर दिए या बदले नहीं जा सकते, और वहाँ की खबरें देर से आएँगी।${given('openOrdersText', ' वहाँ {openOrdersText}।')}`,
      more: 'जो ऑर्डर ट्रेडिंग वेन्यू पर सक्रिय हैं, वे सक्रिय रहेंगे।',
    },
    DAILY_REPORT: report('दैनिक रिपोर्ट'),
    WEEKLY_REPORT: report('साप्ताहिक रिपोर्ट'),
    MONTHLY_REPORT: report('मासिक रिपोर्ट'),
    DIGEST: {
      title: 'इस बीच क्या हुआ',
      body: 'कुछ सूचनाएँ आपका इंतज़ार कर रही थीं। पढ़ने के लिए ऐप खोलें।',
      more: '',
    },
  },
  parts: {
    order: `{side, select, BUY {खरीद ऑर्डर} SELL {बिक्री ऑर्डर} SELL_SHORT {शॉर्ट सेल ऑर्डर} other {ऑर्डर}}${given('quantity', ' {quantity}')}${given('symbol', ' {symbol}')}${given('quantity', '', given('notional', ', राशि {notional}'))}`,
    fill: given('lastPx', '{lastPx} के भाव पर {lastQty}', '{lastQty}'),
    done: `अब तक निष्पादित: ${given('quantity', '{quantity} में से ')}{cumQty}${given('avgPx', ', औसत भाव {avgPx}')}।`,
    why: '{rejectReason, select, UNKNOWN_SYMBOL {ट्रेडिंग वेन्यू इस सिंबल को नहीं पहचानता} EXCHANGE_CLOSED {एक्सचेंज बंद है} ORDER_EXCEEDS_LIMIT {यह खाते की किसी सीमा से ज़्यादा है, जैसे खरीद क्षमता} TOO_LATE_TO_ENTER {यह बहुत देर से पहुँचा} UNKNOWN_ORDER {ट्रेडिंग वेन्यू इस ऑर्डर को नहीं पहचानता} DUPLICATE_ORDER {ट्रेडिंग वेन्यू के पास इसी आईडी का ऑर्डर पहले से है} STALE_ORDER {ट्रेडिंग वेन्यू तक पहुँचते समय यह बहुत पुराना हो चुका था} INCORRECT_QUANTITY {ट्रेडिंग वेन्यू यह मात्रा नहीं लेता} UNKNOWN_ACCOUNT {ट्रेडिंग वेन्यू इस खाते को नहीं पहचानता} PRICE_EXCEEDS_BAND {भाव बाज़ार से बहुत दूर है} UNSUPPORTED_ORDER {ट्रेडिंग वेन्यू इस तरह का ऑर्डर नहीं लेता} other {}}',
    said: 'ट्रेडिंग वेन्यू का संदेश: “{text}”',
    fillsText: '{n, plural, =0 {कोई निष्पादन नहीं} one {# निष्पादन} other {# निष्पादन}}',
    bustedText: '{n, plural, one {ट्रेडिंग वेन्यू ने # सौदा रद्द किया।} other {ट्रेडिंग वेन्यू ने # सौदे रद्द किए।}}',
    correctedText: '{n, plural, one {ट्रेडिंग वेन्यू ने # सौदा सुधारा।} other {ट्रेडिंग वेन्यू ने # सौदे सुधारे।}}',
    openOrdersText: '{n, plural, =0 {कोई खुला ऑर्डर नहीं} one {# खुला ऑर्डर} other {# खुले ऑर्डर}}',
  },
  labels: {
    symbol: 'सिंबल',
    strategy: 'रणनीति',
    quantity: 'मात्रा',
    notional: 'राशि',
    price: 'भाव',
    stopPx: 'स्टॉप भाव',
    lastQty: 'निष्पादन की मात्रा',
    lastPx: 'निष्पादन का भाव',
    cumQty: 'अब तक निष्पादित',
    leavesQty: 'बाकी',
    avgPx: 'औसत भाव',
    overfillQty: 'ऑर्डर से ज़्यादा',
    rule: 'नियम',
    value: 'मान',
    limit: 'सीमा',
    level: 'आपका तय स्तर',
    volume: 'वॉल्यूम',
    device: 'डिवाइस',
    place: 'स्थान',
    ip: 'IP पता',
    venue: 'ट्रेडिंग वेन्यू',
    account: 'खाता',
    from: 'कब से',
    to: 'कब तक',
    since: 'कब से',
    occurredAt: 'समय',
  },
  footer: {
    everyday: 'समय {timeZone} के अनुसार है। आपको क्या और कहाँ बताया जाए, यह आप ऐप की सूचना सेटिंग में चुन सकते हैं।',
    critical: 'समय {timeZone} के अनुसार है। इस तरह के संदेश बंद नहीं किए जा सकते; वे कहाँ आएँ, यह आप ऐप की सूचना सेटिंग में चुन सकते हैं।',
  },
  digest: {
    title: '{n, plural, one {# सूचना आपका इंतज़ार कर रही थी} other {# सूचनाएँ आपका इंतज़ार कर रही थीं}}',
    body: '{n, plural, =0 {{first}।} one {{first}; और # अन्य।} other {{first}; और # अन्य।}}',
    more: '{n, plural, one {# और सूचना ऐप में है।} other {# और सूचनाएँ ऐप में हैं।}}',
    separator: '; ',
  },
  report: hiReport,
};

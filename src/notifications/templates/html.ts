import type { Locale } from '../words.ts';
import type { Direction } from './clean.ts';

/** One small layout for every e-mail: tables and inline styles, which all mail clients know, and no colour of its own for text and ground. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

/** What an e-mail is made of. Everything in it is plain text; it is escaped here and nowhere else. */
export interface Letter {
  readonly locale: Locale;
  readonly direction: Direction;
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly footer: string;
}

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'rows'; readonly rows: readonly (readonly [label: string, value: string])[] }
  | { readonly kind: 'items'; readonly items: readonly Item[] }
  | { readonly kind: 'bars'; readonly bars: readonly Bar[] };

/** Something with a headline of its own. */
export interface Item {
  readonly title: string;
  readonly note: string;
  readonly text: string;
}

/** One bar of a chart. */
export interface Bar {
  readonly label: string;
  readonly value: string;
  /** 0 to 100, of the longest. */
  readonly percent: number;
  readonly below: boolean;
}

const LINE = 'border-bottom:1px solid rgba(128,128,128,.3)';
const FAINT = 'opacity:.75;font-size:13px;line-height:1.5';
const TABLE =
  'role="presentation" width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse;margin:0 0 16px"';
/** Readable on white and on black. */
const COLOURS = { above: '#2b9a57', below: '#d14343' } as const;

const paragraphs = (text: string, style: string): string =>
  text
    .split('\n')
    .map((line) => `<p style="margin:0 0 12px;${style}">${escapeHtml(line)}</p>`)
    .join('');

const row = ([label, value]: readonly [string, string]): string =>
  `<tr><td style="padding:6px 0;${LINE};opacity:.75">${escapeHtml(label)}</td>` +
  `<td style="padding:6px 0;${LINE};text-align:end;font-variant-numeric:tabular-nums">${escapeHtml(value)}</td></tr>`;

const item = ({ title, note, text }: Item): string =>
  `<tr><td style="padding:10px 0;${LINE}"><strong>${escapeHtml(title)}</strong> <span style="${FAINT}">${escapeHtml(note)}</span>` +
  `${text === '' ? '' : `<br>${escapeHtml(text)}`}</td></tr>`;

function bar({ label, value, percent, below }: Bar): string {
  const width = Math.max(1, Math.min(100, Math.round(percent)));
  const colour = COLOURS[below ? 'below' : 'above'];
  const drawn = `<div style="width:${String(width)}%;height:10px;border-radius:2px;background-color:${colour};font-size:0">&nbsp;</div>`;
  return (
    `<tr><td style="padding:4px 0;width:30%">${escapeHtml(label)}</td><td style="padding:4px 8px;width:45%">${drawn}</td>` +
    `<td style="padding:4px 0;text-align:end;font-variant-numeric:tabular-nums">${escapeHtml(value)}</td></tr>`
  );
}

function htmlOf(block: Block): string {
  switch (block.kind) {
    case 'text':
      return paragraphs(block.text, 'font-size:16px;line-height:1.5');
    case 'heading':
      return `<h2 style="margin:20px 0 8px;font-size:16px">${escapeHtml(block.text)}</h2>`;
    case 'rows':
      return `<table ${TABLE}>${block.rows.map(row).join('')}</table>`;
    case 'items':
      return `<table ${TABLE}>${block.items.map(item).join('')}</table>`;
    case 'bars':
      return `<table ${TABLE}>${block.bars.map(bar).join('')}</table>`;
  }
}

/** Mail clients drop what html and body say, so the direction and the language stand on the table inside them as well. */
export function htmlLetter({ locale, direction, title, blocks, footer }: Letter): string {
  const inner = blocks.map(htmlOf).join('\n');
  return `<!doctype html>
<html lang="${locale}" dir="${direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(title)}</title></head>
<body style="margin:0;padding:0;color-scheme:light dark">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" lang="${locale}" dir="${direction}"><tr><td align="center" style="padding:24px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px"><tr><td style="font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:15px;text-align:start">
<h1 style="margin:0 0 12px;font-size:20px;line-height:1.3">${escapeHtml(title)}</h1>
${inner}
${paragraphs(footer, FAINT)}
</td></tr></table>
</td></tr></table>
</body></html>
`;
}

const BAR_CHARACTERS_MAX = 20;

function textOfBlock(block: Block): string {
  switch (block.kind) {
    case 'text':
      return block.text.replaceAll('\n', '\n\n');
    case 'heading':
      return block.text;
    case 'rows':
      return block.rows.map(([label, value]) => `${label}: ${value}`).join('\n');
    case 'items':
      return block.items
        .map(({ title, note, text }) => [`- ${title} (${note})`, text].filter(Boolean).join('\n  '))
        .join('\n');
    case 'bars':
      return block.bars
        .map(({ label, value, percent }) => {
          const length = Math.max(1, Math.round((percent * BAR_CHARACTERS_MAX) / 100));
          return `${label}  ${'█'.repeat(Math.min(BAR_CHARACTERS_MAX, length))}  ${value}`;
        })
        .join('\n');
  }
}

/** The same for who reads plain text. The title is the subject. */
export const textLetter = ({ blocks, footer }: Letter): string =>
  [...blocks.map(textOfBlock), footer].filter((part) => part !== '').join('\n\n');

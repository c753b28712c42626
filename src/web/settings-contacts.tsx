import { type ReactElement, useRef } from 'react';
import type { BlotterContactFragment as Contact, NotificationChannel } from '../generated/web/graphql.ts';
import { CodeForm, type Doing, UseAgain } from './contact-code.tsx';
import { CHANNEL } from './notification-words.ts';
import { type PartProps, Section, TextField } from './settings-parts.tsx';

interface ContactsProps extends PartProps, Doing {
  readonly configured: ReadonlySet<NotificationChannel>;
}

export function ContactSettings({ client, draft, onChange, configured, kept, onKept }: ContactsProps): ReactElement {
  const { contacts } = kept;
  const saved = { EMAIL: contacts.email ?? '', SMS: contacts.phone ?? '', WEBHOOK: contacts.webhookUrl ?? '' };
  const standing = (channel: keyof typeof saved, typed: string): ReactElement | null => {
    const contact = contacts.states.find((each) => each.channel === channel);
    if (typed.trim() !== saved[channel]) return typed.trim() === '' ? null : <Unsaved channel={channel} />;
    return contact ? <Standing {...{ client, contact, kept, onKept }} isOff={!configured.has(channel)} /> : null;
  };
  return (
    <Section
      title="Where you are reached"
      about="Outside of apps. An e-mail address and a phone are confirmed with a code before anything else goes there. An empty field removes the address."
    >
      <TextField
        {...{ label: 'E-mail', type: 'email', value: draft.email }}
        onChange={(email) => onChange({ ...draft, email })}
      />
      {standing('EMAIL', draft.email)}
      <TextField
        {...{ label: 'Phone, for SMS', type: 'tel', placeholder: '+14155550100', value: draft.phone }}
        onChange={(phone) => onChange({ ...draft, phone })}
      />
      {standing('SMS', draft.phone)}
      <TextField
        {...{ label: 'Webhook', type: 'url', placeholder: 'https://', value: draft.webhookUrl }}
        onChange={(webhookUrl) => onChange({ ...draft, webhookUrl })}
      />
      {standing('WEBHOOK', draft.webhookUrl)}
      <TextField
        {...{ label: 'Its signing secret, when it changes', type: 'password', placeholder: 'whsec_…' }}
        value={draft.webhookSecret}
        onChange={(webhookSecret) => onChange({ ...draft, webhookSecret })}
      />
    </Section>
  );
}

const Unsaved = ({ channel }: { channel: NotificationChannel }): ReactElement => (
  <p className="standing muted">
    {channel === 'WEBHOOK' ? 'Not saved yet.' : 'Not saved yet: a code comes there then.'}
  </p>
);

interface StandingProps extends Doing {
  readonly contact: Contact;
  /** Nothing can be sent on this channel here. */
  readonly isOff: boolean;
}

/** How an address stands, and what can be done about it. */
function Standing({ contact, isOff, ...doing }: StandingProps): ReactElement {
  const { channel, state } = contact;
  const group = useRef<HTMLDivElement>(null);
  const isWebhook = channel === 'WEBHOOK';
  return (
    <div
      {...{ ref: group, tabIndex: -1, role: 'group', className: 'standing' }}
      aria-label={`${CHANNEL[channel]}: how it stands`}
      data-state={state}
    >
      <p role="status">{wordsOf(contact, isOff)}</p>
      {state !== 'VERIFIED' && !isOff && !isWebhook && (
        <CodeForm {...{ contact, ...doing }} onConfirmed={() => group.current?.focus()} />
      )}
      {state === 'GONE' && isWebhook && <UseAgain {...doing} />}
    </div>
  );
}

const OFF = 'this service has the channel switched off';

function wordsOf({ channel, state, goneAt, goneReason }: Contact, isOff: boolean): string {
  const noCode = isOff ? ` No code can be sent now: ${OFF}.` : '';
  if (state === 'UNVERIFIED') return `Not confirmed: nothing but a code goes there.${noCode}`;
  if (state === 'GONE') {
    const since = goneAt === null ? '' : ` since ${new Date(goneAt).toLocaleString()}`;
    const remedy = channel === 'WEBHOOK' ? '' : noCode || ' Confirm it again when it is back.';
    return `Nothing is sent there${since}: its provider says that nothing arrives (${goneReason ?? ''}).${remedy}`;
  }
  if (isOff) return `Nothing is sent there now: ${OFF}.`;
  return channel === 'WEBHOOK' ? 'In use.' : 'Confirmed.';
}

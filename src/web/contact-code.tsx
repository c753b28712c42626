import type { DocumentNode } from 'graphql';
import { type KeyboardEvent, type ReactElement, useId, useState } from 'react';
import type { Fillstream } from '../client/index.ts';
import {
  type BlotterContactFragment as Contact,
  BlotterSendCodeDocument,
  type BlotterSendCodeMutation,
  BlotterSetPreferencesDocument,
  type BlotterSetPreferencesMutation,
  BlotterVerifyContactDocument,
  type BlotterVerifyContactMutation,
  type CodeChannel,
} from '../generated/web/graphql.ts';
import { CODE_REFUSAL } from './notification-words.ts';
import type { Preferences } from './settings-draft.ts';
import { useNow } from './time.ts';

type Kept = Pick<Preferences, 'contacts' | 'version'>;

export interface Doing {
  readonly client: Pick<Fillstream, 'ask'>;
  /** The addresses as the service has them. */
  readonly kept: Kept;
  /** They were changed without the form. */
  readonly onKept: (kept: Kept) => void;
}

/** What was asked for last, and what came of it. */
function useAsking() {
  const [said, setSaid] = useState('');
  const [fault, setFault] = useState('');
  const [isBusy, setBusy] = useState(false);
  /** @param work answers why it was refused, or what to say of it */
  const run = async (work: () => Promise<{ readonly fault: string } | { readonly said: string }>): Promise<void> => {
    setBusy(true);
    try {
      const came = await work();
      setFault('fault' in came ? came.fault : '');
      setSaid('said' in came ? came.said : '');
    } catch {
      setFault('It did not work: the service can’t be asked now.');
    }
    setBusy(false);
  };
  return { said, fault, isBusy, run };
}

type Refusal = BlotterSendCodeMutation['sendContactCode']['refusal'];
const refusedOf = ({ code, message }: NonNullable<Refusal>): string => CODE_REFUSAL[code] ?? message;

const withContact = ({ contacts, version }: Kept, contact: Contact): Kept => ({
  contacts: { ...contacts, states: contacts.states.map((each) => (each.channel === contact.channel ? contact : each)) },
  version,
});

interface CodeFormProps extends Doing {
  readonly contact: Contact;
  readonly onConfirmed: () => void;
}

/** For the code that has come, and to ask for another one. */
export function CodeForm({ client, contact, kept, onKept, onConfirmed }: CodeFormProps): ReactElement {
  const { channel, codeExpiresAt } = contact;
  const [code, setCode] = useState('');
  const { said, fault, isBusy, run } = useAsking();
  const now = useNow();
  const faultId = useId();
  const isSent = codeExpiresAt !== null && new Date(codeExpiresAt) > now;
  const take = (answer: { contact: Contact | null; refusal: Refusal }, done: string) => {
    if (answer.contact) onKept(withContact(kept, answer.contact));
    return answer.refusal ? { fault: refusedOf(answer.refusal) } : { said: done };
  };
  const asked = { channel: channel as CodeChannel };
  const send = (): Promise<void> =>
    run(async () => {
      const document = BlotterSendCodeDocument as DocumentNode;
      const answer = await client.ask<BlotterSendCodeMutation>(document, { input: asked });
      return take(answer.sendContactCode, 'A new code is on its way.');
    });
  const confirm = (): Promise<void> =>
    run(async () => {
      const document = BlotterVerifyContactDocument as DocumentNode;
      const answer = await client.ask<BlotterVerifyContactMutation>(document, { input: { ...asked, code } });
      setCode('');
      if (!answer.verifyContact.refusal) onConfirmed();
      return take(answer.verifyContact, '');
    });
  // Enter is for the code, not for the form around it.
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (code !== '') void confirm();
  };
  return (
    <>
      <div className="times">
        {isSent && (
          <>
            <label className="field code">
              <span>Code that came by {channel === 'SMS' ? 'SMS' : 'e-mail'}</span>
              <input
                {...{ inputMode: 'numeric', autoComplete: 'one-time-code', maxLength: 7, value: code, onKeyDown }}
                aria-invalid={fault !== ''}
                aria-describedby={faultId}
                onChange={(event) => setCode(event.target.value)}
              />
            </label>
            <button type="button" className="button" disabled={isBusy || code === ''} onClick={() => void confirm()}>
              Confirm
            </button>
          </>
        )}
        <button type="button" className="button" disabled={isBusy} onClick={() => void send()}>
          {isSent ? 'Send the code again' : 'Send a code'}
        </button>
      </div>
      <p role="status" className="muted">
        {said}
      </p>
      <p role="alert" className="fault" id={faultId}>
        {fault}
      </p>
    </>
  );
}

/** A webhook is tried again when it is given again. */
export function UseAgain({ client, kept, onKept }: Doing): ReactElement {
  const { fault, isBusy, run } = useAsking();
  const use = (): Promise<void> =>
    run(async () => {
      const { setNotificationPreferences: answer } = await client.ask<BlotterSetPreferencesMutation>(
        BlotterSetPreferencesDocument as DocumentNode,
        { input: { expectedVersion: kept.version, contacts: { webhook: { url: kept.contacts.webhookUrl ?? '' } } } },
      );
      if (answer.refusal) return { fault: answer.refusal.message };
      onKept(answer.preferences);
      return { said: '' };
    });
  return (
    <>
      <button type="button" className="button" disabled={isBusy} onClick={() => void use()}>
        Use it again
      </button>
      <p role="alert" className="fault">
        {fault}
      </p>
    </>
  );
}

import type { components } from "./schema.d.ts";

type Schemas = components["schemas"];

export type Conversation = Schemas["Conversation"];
export type ConversationDetails = Schemas["ConversationDetails"];
/** A conversation in a list of what is stuck. */
export type WaitingConversation = Conversation & Pick<ConversationDetails, "waiting">;
export type Contact = Schemas["Contact"];
export type ReceivedMessage = Schemas["ReceivedMessage"];
export type Reply = Schemas["Reply"];
export type Note = Schemas["Note"];
export type Message = ReceivedMessage | Reply | Note;
export type Me = Schemas["Me"];
export type Agent = Schemas["Agent"];
export type Channel = Schemas["Channel"];
export type Queue = Schemas["Queue"];
export type QuickReply = Schemas["QuickReply"];
export type Problem = Schemas["Problem"];
export type ConsoleConfig = Schemas["ConsoleConfig"];

/** The events of one session, kept so that a client that lost its stream can have the rest of it. */
export class Replay {
  #events = [];

  async storeEvent(streamId, message) {
    this.#events.push({ streamId, message });
    return String(this.#events.length);
  }

  async getStreamIdForEventId(eventId) {
    return this.#events[eventId - 1]?.streamId;
  }

  async replayEventsAfter(lastEventId, { send }) {
    const streamId = await this.getStreamIdForEventId(lastEventId);
    for (const [index, event] of this.#events.entries()) {
      // An empty message marks where a stream began; it is nothing to deliver.
      if (index >= lastEventId && event.streamId === streamId && event.message.jsonrpc) {
        await send(String(index + 1), event.message);
      }
    }
    return streamId;
  }
}

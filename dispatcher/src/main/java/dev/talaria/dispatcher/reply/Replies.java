package dev.talaria.dispatcher.reply;

import dev.talaria.protocol.message.Reply;
import java.util.List;

/** Where answers go. Sending never blocks for a broker and never fails the caller: an answer that is lost is asked for again. */
@FunctionalInterface
public interface Replies {
  void send(List<Reply> replies);
}

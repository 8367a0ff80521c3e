package dev.talaria.protocol.message;

/** A message of a kind that this version does not know. Read side only: counted, rejected or dead-lettered. */
public interface Unrecognizable {
  String kind();
}

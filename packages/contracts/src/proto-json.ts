import { readFileSync } from 'node:fs';
import {
  createFileRegistry,
  fromBinary,
  fromJson,
  type JsonValue,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

/** FileDescriptorSet of proto/tercet/v1 with its imports, as protoc wrote it at build. */
export function descriptorSet(): Uint8Array {
  return readFileSync(new URL('../descriptors/tercet.binpb', import.meta.url));
}

const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorSet()));

function schema(typeName: string) {
  const found = registry.getMessage(typeName);
  if (!found) throw new Error(`This is a bug: no message ${typeName} in the descriptor set`);
  return found;
}

/** The part of a generated message type that the JSON mapping needs. */
interface MessageType<T> {
  decode(input: Uint8Array): T;
  encode(message: T): { finish(): Uint8Array };
}

/**
 * Reads proto3 JSON strictly: field names in lowerCamelCase or as in the .proto file, bytes in base64, 64-bit
 * integers as number or string.
 * @throws Error naming the field, where one is unknown or has a wrong type; SyntaxError where it is not JSON.
 */
export function fromProtoJson<T>(type: MessageType<T>, typeName: string, json: string): T {
  const descriptor = schema(`tercet.v1.${typeName}`);
  const message = fromJson(descriptor, JSON.parse(json) as JsonValue, { registry });
  return type.decode(toBinary(descriptor, message));
}

/** Writes proto3 JSON with the field names of the .proto file. */
export function toProtoJson<T>(type: MessageType<T>, typeName: string, message: T): JsonValue {
  const descriptor = schema(`tercet.v1.${typeName}`);
  return toJson(descriptor, fromBinary(descriptor, type.encode(message).finish()), {
    registry,
    useProtoFieldName: true,
  });
}

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { InvalidInputError } from '@tercet/kit';

/** What was found in a model that we will run. */
export interface GraphSummary {
  readonly opset: number;
  readonly nodes: number;
}

/** Operator domains of the ONNX standard. */
const STANDARD_DOMAINS = new Set(['', 'ai.onnx', 'ai.onnx.ml']);

/** Subgraphs nest (If, Loop); more than this is an attack on the reader. */
const MAX_DEPTH = 32;

type Visit = (reader: BinaryReader, field: number, wireType: WireType) => boolean;

interface State {
  opset: number;
  nodes: number;
}

/**
 * Reads an ONNX model's structure without running it.
 *
 * @throws InvalidInputError `undecodable` where it is not an ONNX model, keeps tensors outside the file (a path
 *   that the runtime would open), or uses an operator outside the standard domain, in any subgraph or function.
 */
export function inspectGraph(bytes: Uint8Array): GraphSummary {
  const state: State = { opset: 0, nodes: 0 };
  let graphs = 0;
  try {
    walk(new BinaryReader(bytes), bytes.byteLength, (reader, field, wireType) => {
      if (wireType !== WireType.LengthDelimited) return false;
      if (field === 7) {
        graphs += 1;
        within(reader, graphVisitor(state, 0));
      } else if (field === 8) within(reader, opsetVisitor(state));
      else if (field === 25) within(reader, functionVisitor(state));
      else return false;
      return true;
    });
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    throw refused('the bytes are not a protobuf message', error);
  }
  if (graphs !== 1 || state.nodes === 0 || state.opset === 0) throw refused('it holds no graph');
  return { opset: state.opset, nodes: state.nodes };
}

function opsetVisitor(state: State): Visit {
  return (reader, field, wireType) => {
    if (field === 1 && wireType === WireType.LengthDelimited) requireStandard(reader.string());
    else if (field === 2 && wireType === WireType.Varint) state.opset = Number(reader.int64());
    else return false;
    return true;
  };
}

function functionVisitor(state: State): Visit {
  return (reader, field, wireType) => {
    if (wireType !== WireType.LengthDelimited) return false;
    if (field === 7) within(reader, nodeVisitor(state, 1));
    else if (field === 9) within(reader, opsetVisitor({ opset: 0, nodes: 0 }));
    else if (field === 10) requireStandard(reader.string());
    else if (field === 11) within(reader, attributeVisitor(state, 1));
    else return false;
    return true;
  };
}

function graphVisitor(state: State, depth: number): Visit {
  if (depth > MAX_DEPTH) throw refused('its subgraphs nest too deeply');
  return (reader, field, wireType) => {
    if (wireType !== WireType.LengthDelimited) return false;
    if (field === 1) within(reader, nodeVisitor(state, depth));
    else if (field === 5) within(reader, tensorVisitor);
    else if (field === 15) within(reader, sparseTensorVisitor);
    else return false;
    return true;
  };
}

function nodeVisitor(state: State, depth: number): Visit {
  state.nodes += 1;
  return (reader, field, wireType) => {
    if (wireType !== WireType.LengthDelimited) return false;
    if (field === 5) within(reader, attributeVisitor(state, depth));
    else if (field === 7) requireStandard(reader.string());
    else return false;
    return true;
  };
}

function attributeVisitor(state: State, depth: number): Visit {
  return (reader, field, wireType) => {
    if (wireType !== WireType.LengthDelimited) return false;
    if (field === 5 || field === 10) within(reader, tensorVisitor);
    else if (field === 6 || field === 11) within(reader, graphVisitor(state, depth + 1));
    else if (field === 22 || field === 23) within(reader, sparseTensorVisitor);
    else return false;
    return true;
  };
}

const sparseTensorVisitor: Visit = (reader, field, wireType) => {
  if ((field !== 1 && field !== 2) || wireType !== WireType.LengthDelimited) return false;
  within(reader, tensorVisitor);
  return true;
};

/** external_data = 13; data_location = 14, where 1 is EXTERNAL. */
const tensorVisitor: Visit = (reader, field, wireType) => {
  if (field === 13) throw refused('a tensor lies outside the file');
  if (field !== 14 || wireType !== WireType.Varint) return false;
  if (reader.int32() !== 0) throw refused('a tensor lies outside the file');
  return true;
};

function requireStandard(domain: string): void {
  if (!STANDARD_DOMAINS.has(domain)) throw refused('it uses an operator domain outside the ONNX standard');
}

function within(reader: BinaryReader, visit: Visit): void {
  const length = reader.uint32();
  walk(reader, reader.pos + length, visit);
}

function walk(reader: BinaryReader, end: number, visit: Visit): void {
  if (end > reader.len) throw refused('it is cut short');
  while (reader.pos < end) {
    const [field, wireType] = reader.tag();
    if (!visit(reader, field, wireType)) reader.skip(wireType, field);
  }
  if (reader.pos !== end) throw refused('a message is longer than it says');
}

function refused(detail: string, cause?: unknown): InvalidInputError {
  return new InvalidInputError(
    'undecodable',
    `ONNX model refused: ${detail}`,
    cause === undefined ? {} : { cause },
  );
}

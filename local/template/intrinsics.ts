import type { AssemblyStack, TemplateResource } from './assembly.ts'

/** A resource of a template. */
export type Declared = { stack: AssemblyStack; logicalId: string; resource: TemplateResource }

/** The names of resources, which intrinsics refer to. */
type ResourceNames = {
  /** The value of `Ref`. */
  ref(declared: Declared): string
  /** The value of `Fn::GetAtt`. Undefined if the attribute is not known. */
  attribute(declared: Declared, name: string): string | undefined
}

/** Resolves intrinsic functions across an assembly's stacks. An unknown one is an error with its name and place. */
export class Resolver {
  readonly #stacks: AssemblyStack[]
  readonly #names: ResourceNames

  constructor(stacks: AssemblyStack[], names: ResourceNames) {
    this.#stacks = stacks
    this.#names = names
  }

  /** @param where the place for error messages, such as `Api.Resources.Table` */
  resolve(stack: AssemblyStack, value: unknown, where: string): unknown {
    if (Array.isArray(value)) return value.map((one) => this.resolve(stack, one, where))
    if (value === null || typeof value !== 'object') return value
    const entries = Object.entries(value)
    const [only] = entries
    if (only && entries.length === 1 && isIntrinsic(only[0])) return this.#intrinsic(stack, only, where)
    return Object.fromEntries(entries.map(([key, one]) => [key, this.resolve(stack, one, `${where}.${key}`)]))
  }

  #intrinsic(stack: AssemblyStack, [name, argument]: [string, unknown], where: string): unknown {
    const list = () => this.resolve(stack, argument, where) as unknown[]
    switch (name) {
      case 'Ref':
        return this.#ref(stack, String(argument), where)
      case 'Fn::GetAtt':
        return this.#attribute(stack, argument, where)
      case 'Fn::Join': {
        const [separator, parts] = list() as [string, unknown[]]
        return parts.join(separator)
      }
      case 'Fn::Split': {
        const [separator, text] = list() as [string, string]
        return text.split(separator)
      }
      case 'Fn::Select': {
        const [index, values] = list() as [string | number, unknown[]]
        return values[Number(index)]
      }
      case 'Fn::Sub':
        return this.#substitute(stack, argument, where)
      case 'Fn::ImportValue':
        return this.#import(String(this.resolve(stack, argument, where)), where)
      default:
        throw new Error(`${where} uses ${name}, which local/template/intrinsics.ts does not know.`)
    }
  }

  #ref(stack: AssemblyStack, id: string, where: string): unknown {
    if (id.startsWith('AWS::')) return pseudoParameter(stack, id, where)
    const parameter = stack.template.Parameters?.[id]
    if (parameter) {
      if (parameter.Default === undefined) throw new Error(`${where} needs parameter ${id}: no default.`)
      return parameter.Default
    }
    return this.#names.ref(this.#declared(stack, id, where))
  }

  #attribute(stack: AssemblyStack, argument: unknown, where: string): string {
    const [id = '', ...rest] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.')
    const name = rest.join('.')
    const declared = this.#declared(stack, id, where)
    const value = this.#names.attribute(declared, name)
    if (value === undefined) {
      throw new Error(
        `${where} asks for ${id}.${name}: local/template/resources.ts does not know it for ${declared.resource.Type}.`,
      )
    }
    return value
  }

  #declared(stack: AssemblyStack, logicalId: string, where: string): Declared {
    const resource = stack.template.Resources?.[logicalId]
    if (!resource) throw new Error(`${where} refers to ${logicalId}, which ${stack.name} does not have.`)
    return { stack, logicalId, resource }
  }

  #substitute(stack: AssemblyStack, argument: unknown, where: string): string {
    const [text, values] = (Array.isArray(argument) ? argument : [argument, {}]) as [
      string,
      Record<string, unknown>,
    ]
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`
      if (name in values) return String(this.resolve(stack, values[name], where))
      return String(name.includes('.') ? this.#attribute(stack, name, where) : this.#ref(stack, name, where))
    })
  }

  #import(exported: string, where: string): unknown {
    for (const stack of this.#stacks) {
      for (const [id, output] of Object.entries(stack.template.Outputs ?? {})) {
        const place = `${stack.name}.Outputs.${id}`
        if (output.Export && this.resolve(stack, output.Export.Name, place) === exported) {
          return this.resolve(stack, output.Value, place)
        }
      }
    }
    throw new Error(`${where} imports ${exported}, which no stack of this assembly exports.`)
  }
}

function isIntrinsic(key: string) {
  return key === 'Ref' || key.startsWith('Fn::')
}

function pseudoParameter(stack: AssemblyStack, name: string, where: string) {
  switch (name) {
    case 'AWS::Region':
      return stack.region
    case 'AWS::AccountId':
      return stack.account
    case 'AWS::Partition':
      return 'aws'
    case 'AWS::URLSuffix':
      return 'amazonaws.com'
    case 'AWS::StackName':
      return stack.name
    case 'AWS::StackId':
      return `arn:aws:cloudformation:${stack.region}:${stack.account}:stack/${stack.name}/local`
    default:
      throw new Error(`${where} refers to ${name}, which local/template/intrinsics.ts does not know.`)
  }
}

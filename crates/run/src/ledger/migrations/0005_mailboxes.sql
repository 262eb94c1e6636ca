-- Readers are told apart without upper and lower case, so that another spelling of an address is nobody new.
UPDATE OR IGNORE receipts
    SET recipient = lower(recipient),
        receipt = json_set(receipt, '$.key.recipient', lower(recipient))
    WHERE channel <> 'folder' AND recipient <> lower(recipient);
